import { createRandom } from '@scalequest/core';
import { expect, test } from 'vitest';
import { BandIndex } from './band-index.ts';
import { bandCount } from './min-hash.ts';

const count = 9000;

/** Texts of which many share a band with a few others. */
function makeBands(): Uint32Array {
  const random = createRandom('bands');
  return Uint32Array.from({ length: count * bandCount }, () => {
    const hash = random.integer({ min: 0, max: 60_000 });
    return Math.imul(hash, 0x9e3779b1) >>> 0;
  });
}

test('texts that share a band are found, in however large a table, taken in one by one or all at once', () => {
  const bands = makeBands();
  const oneByOne = new BandIndex();
  const atOnce = new BandIndex();
  const ofBand = Array.from({ length: bandCount }, () => new Map<number, number[]>());
  for (let text = 0; text < count; text++) {
    const offset = text * bandCount;
    const { texts, mask } = oneByOne.find(bands, offset);
    if (text % 500 === 0) {
      const expected = new Set(ofBand.flatMap((texts, band) => texts.get(bands[offset + band] ?? 0) ?? []));
      expect(texts).toEqual([...expected].sort((a, b) => a - b));
    }
    // Some bands of some texts are too common to be taken in.
    const taken = text % 7 === 0 ? mask & 0x5555 : mask;
    oneByOne.add(bands, offset, taken);
    atOnce.add(bands, offset, taken);
    ofBand.forEach((texts, band) => {
      const hash = bands[offset + band] ?? 0;
      if ((taken & (1 << band)) !== 0) texts.set(hash, [...(texts.get(hash) ?? []), text]);
    });
  }
  for (let text = 0; text < count; text += 100) {
    expect(atOnce.find(bands, text * bandCount)).toEqual(oneByOne.find(bands, text * bandCount));
  }
});

test('a band that many texts share takes in 32 of them', () => {
  const index = new BandIndex();
  const bands = new Uint32Array(bandCount).fill(7);
  for (let text = 0; text < 100; text++) index.add(bands, 0, index.find(bands, 0).mask);
  const { texts, mask } = index.find(bands, 0);
  expect(texts).toEqual(Array.from({ length: 32 }, (_, text) => text));
  expect(mask).toBe(0);
});
