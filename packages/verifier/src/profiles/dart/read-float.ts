const digits = '\\d+(?:_\\d+)*';
const float = new RegExp(`^\\s*[-+]?(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:e[-+]?${digits})?\\s*$`, 'i');
const special = /^\s*([-+]?)(inf|infinity|nan)\s*$/i;

/** The number that Python's `float` reads, undefined where it refuses: `1e3`, `1_000`, `.5`, `inf`. */
export function readFloat(text: string): number | undefined {
  if (float.test(text)) return Number(text.replaceAll('_', ''));
  const match = special.exec(text);
  if (match === null) return undefined;
  if (match[2]?.toLowerCase() === 'nan') return Number.NaN;
  return match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
