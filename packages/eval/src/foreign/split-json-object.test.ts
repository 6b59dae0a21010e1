import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { splitJsonObject } from './split-json-object.ts';

const value = {
  a: 1,
  'k"{': { x: [1, { y: 2 }] },
  samples: [{ q: 'a,b]}"\\', z: [1, 2] }, 5, 's,]', 'é', [], {}],
  other: [{ a: 1 }],
  b: { c: [1], a: 'no' },
  empty: [],
};

test.each([1, 2, 3, 7, 1000])('the parts are the same whatever the chunks are: %i bytes each', async (size) => {
  for (const indent of [0, 2]) {
    const bytes = Buffer.from(JSON.stringify(value, null, indent));
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const parts: unknown[] = [];
    const stream = Readable.from(chunks, { objectMode: false });
    for await (const { key, index, text } of splitJsonObject(stream, { fields: ['a', 'b', 'k"{'], array: 'samples' })) {
      parts.push([key, index, JSON.parse(text)]);
    }
    expect(parts).toEqual([
      ['a', undefined, 1],
      ['k"{', undefined, value['k"{']],
      ...value.samples.map((element, i) => ['samples', i, element]),
      ['b', undefined, value.b],
    ]);
  }
});

test('a part over the bound is an error, and a field that nobody wants may be longer', async () => {
  const split = async (text: string): Promise<void> => {
    const parts = splitJsonObject(Readable.from([Buffer.from(text)]), { fields: ['a'], array: 'b', maxLength: 20 });
    for await (const _ of parts);
  };
  await expect(split(`{"a":"${'x'.repeat(30)}"}`)).rejects.toThrow('longer than 20');
  await expect(split(`{"c":"${'x'.repeat(30)}","a":1}`)).resolves.toBeUndefined();
});
