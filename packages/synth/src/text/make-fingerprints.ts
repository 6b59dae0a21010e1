import { deflateRawSync } from 'node:zlib';
import xxhash from 'xxhash-wasm';
import { hashFrame } from './compare-questions.ts';
import { type Fingerprints, keyWords } from './fingerprints.ts';
import { bandCount, hashBands } from './min-hash.ts';
import { normaliseText } from './normalise-text.ts';

const hasher = await xxhash();

/** @param maskNumbers whether texts that differ in numbers shall share their bands */
export function makeFingerprints(
  questions: readonly string[],
  { maskNumbers }: { readonly maskNumbers: boolean },
): Fingerprints {
  const normals = questions.map(normaliseText);
  const keys = new BigUint64Array((questions.length * keyWords) / 2);
  const frames = new Uint32Array(questions.length);
  const bands = new Uint32Array(questions.length * bandCount);
  const ends = new Uint32Array(questions.length);
  const buffers: Buffer[] = [];
  let end = 0;
  normals.forEach(({ text, masked }, at) => {
    const bytes = Buffer.from(text);
    const maskedBytes = masked === text ? bytes : Buffer.from(masked);
    keys[2 * at] = hasher.h64Raw(bytes);
    keys[2 * at + 1] = hasher.h64Raw(maskedBytes);
    frames[at] = hashFrame(masked);
    const shingled = maskNumbers ? maskedBytes : bytes;
    hashBands(shingled, { start: 0, end: shingled.length, bands, offset: at * bandCount });
    buffers.push(bytes);
    end += bytes.length;
    ends[at] = end;
  });
  const texts = new Uint8Array(end);
  let at = 0;
  for (const bytes of buffers) {
    texts.set(bytes, at);
    at += bytes.length;
  }
  const packed = Uint8Array.from(deflateRawSync(texts, { level: 1 }));
  return { keys: new Uint32Array(keys.buffer), frames, bands, texts, ends, packed };
}
