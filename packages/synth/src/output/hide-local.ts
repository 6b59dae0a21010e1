/** A path from the root of a machine, of two names at least, such as a folder with a model that a server calls by it. */
const path = /^(?:file:\/\/|~)?(?:\/[^/\n]+){2,}\/?$|^[A-Za-z]:(?:[\\/][^\\/\n]+){2,}[\\/]?$/;

/**
 * What a run says of itself, without what is of the machine that it ran on: of a path its last name stays, and of an address
 * neither user nor password. For what is shown to others; the run folder keeps all of it.
 *
 * @example
 * hideLocal({ name: '/home/me/models/qwen-asker' }); // { name: 'qwen-asker' }
 */
export function hideLocal(value: unknown): unknown {
  if (typeof value === 'string') return hideInText(value);
  if (Array.isArray(value)) return value.map(hideLocal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hideLocal(each)]));
}

/** The same for one text. */
export function hideInText(text: string): string {
  if (path.test(text)) return text.split(/[\\/]/).findLast((name) => name !== '') ?? '';
  return text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1');
}
