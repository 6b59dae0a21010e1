import type { Readable } from 'node:stream';

/** A field of the outermost object, or an element of the array in it. */
export interface JsonPart {
  readonly key: string;
  /** Undefined for the field as a whole. */
  readonly index?: number;
  readonly text: string;
}

export interface SplitJsonObjectOptions {
  /** Fields to give as a whole. */
  readonly fields: readonly string[];
  /** A field that is an array, to give element by element. */
  readonly array: string;
  /** The longest part, in characters. @defaultValue 512 Mi */
  readonly maxLength?: number;
}

/**
 * Streams the parts of one JSON object that may be larger than the memory: some fields whole, one array by its elements;
 * all other fields are passed over. The parts are texts that the caller parses; here only strings and brackets are told
 * apart.
 *
 * @throws Error where the text is no object, ends too early or has too long a part
 */
export async function* splitJsonObject(
  stream: Readable,
  { fields, array, maxLength = 512 * 2 ** 20 }: SplitJsonObjectOptions,
): AsyncGenerator<JsonPart> {
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  /** Of the outermost object, while its value is read. */
  let key: string | undefined;
  let index = 0;
  let hasEnded = false;
  let kept = '';
  /** Depth at which a part ends: 1 for fields, 2 for elements of the array. */
  const partDepth = (): number => (key === array ? 2 : 1);
  const isKept = (): boolean => key === undefined || key === array || fields.includes(key);
  const take = (): JsonPart | undefined => {
    const text = kept.trim();
    kept = '';
    if (key === undefined || text === '' || !isKept()) return undefined;
    return key === array ? { key, index: index++, text } : { key, text };
  };
  stream.setEncoding('utf8');
  for await (const chunk of stream as AsyncIterable<string>) {
    // Runs of characters that end nothing are kept with one slice.
    let start = 0;
    const keepUpTo = (end: number): void => {
      if (isKept() && end > start) kept += chunk.slice(start, end);
      if (kept.length > maxLength) throw new Error(`A part of it is longer than ${maxLength} characters.`);
    };
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk.charCodeAt(at);
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (code === 0x5c) isEscaped = true;
        else if (code === 0x22) inString = false;
        continue;
      }
      if (code === 0x22) inString = true;
      else if (code === 0x7b || code === 0x5b) {
        depth++;
        if (depth === 1 && code !== 0x7b) throw new Error('It is no JSON object.');
        if (depth === 1 || (depth === 2 && key === array)) {
          kept = '';
          start = at + 1;
        }
      } else if (code === 0x3a && depth === 1 && key === undefined) {
        keepUpTo(at);
        key = JSON.parse(kept) as string;
        kept = '';
        start = at + 1;
      } else if (code === 0x7d || code === 0x5d || code === 0x2c) {
        const isComma = code === 0x2c;
        if (isComma ? depth === partDepth() : depth === partDepth() && key !== undefined) {
          keepUpTo(at);
          const part = take();
          if (part !== undefined) yield part;
          start = at + 1;
        }
        if (isComma) {
          if (depth === 1) {
            key = undefined;
            kept = '';
            start = at + 1;
          }
        } else {
          depth--;
          if (depth === 0) hasEnded = true;
        }
      }
    }
    keepUpTo(chunk.length);
  }
  if (!hasEnded) throw new Error('It ends too early.');
}
