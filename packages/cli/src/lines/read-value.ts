import { isUtf8 } from 'node:buffer';
import { excerpt, type RawLine } from '@scalequest/core';
import { describeTooLong, notUtf8 } from './bad-line.ts';
import type { RawRecord } from './raw-record.ts';

/** Reads a line of JSON Lines; undefined where it is blank. */
export function readValue(
  { bytes, line, isTooLong }: RawLine,
  { maxBytes }: { readonly maxBytes: number },
): RawRecord<unknown> | undefined {
  // `trim` takes a byte order mark and the CR of a CR LF end as well.
  const text = bytes.toString().trim();
  if (isTooLong) return { kind: 'bad', error: describeTooLong(maxBytes), text, line };
  if (text === '') return undefined;
  if (!isUtf8(bytes)) return { kind: 'bad', error: notUtf8, text, line };
  try {
    return { kind: 'read', content: JSON.parse(text) as unknown, text, line };
  } catch {
    return { kind: 'bad', error: `is not JSON: ${excerpt(text)}`, text, line };
  }
}
