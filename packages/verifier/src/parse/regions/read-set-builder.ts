import type { Reader } from '../reader.ts';
import type { Value } from '../values.ts';

/** `\{x \mid x > 3\}`. Undefined where the braces hold elements and no condition. */
export function readSetBuilder(_text: string, _reader: Reader): Value | null | undefined {
  return undefined;
}
