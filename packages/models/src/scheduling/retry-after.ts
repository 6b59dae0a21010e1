/**
 * How long the server asks to wait, in milliseconds: `retry-after-ms` (OpenAI and Azure), else `Retry-After` in seconds
 * or as an HTTP date. Undefined where neither can be read; a date that has passed means no wait.
 */
export function readRetryAfterMs(
  headers: { readonly get: (name: string) => string | null } | undefined,
  date: number,
): number | undefined {
  const milliseconds = readNumber(headers?.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const text = headers?.get('retry-after');
  const seconds = readNumber(text);
  if (seconds !== undefined) return seconds * 1000;
  // `Date.parse` takes `-5` for a year; an HTTP date has the name of a month.
  const at = /[a-z]{3}/i.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - date);
}

function readNumber(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return undefined;
  return Number(text);
}
