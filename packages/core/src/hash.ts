import { hash } from 'node:crypto';
import { CoreError } from './errors.ts';

/** The SHA-256 of UTF-8 text or bytes, as 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/**
 * JSON with sorted keys and no spaces, so that equal values give equal text. Keys with the value `undefined` are left
 * out, as JSON does; what JSON would change silently (NaN, infinities, functions, dates, class instances) is refused.
 *
 * @example
 * canonicalJson({ b: 1, a: [true, null] }); // '{"a":[true,null],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw notCanonical(String(value));
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && isPlainObject(value)) {
    const entries = Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`;
  }
  throw notCanonical(typeof value);
}

/** The SHA-256 of the canonical JSON of a value: the identity of a configuration, a protocol, a row. */
export function digest(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function notCanonical(seen: string): CoreError {
  return new CoreError({
    code: 'NOT_CANONICAL',
    what: `A value of kind '${seen}' has no canonical JSON.`,
    next: 'Hash plain data only: null, booleans, finite numbers, strings, arrays and plain objects.',
    fields: { seen },
  });
}
