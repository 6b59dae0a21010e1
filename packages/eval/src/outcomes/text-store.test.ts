import { describe, expect, test } from 'vitest';
import { createTextStore } from './text-store.ts';

describe('a store of texts', () => {
  test('gives back what was set, in any order and any alphabet', () => {
    const store = createTextStore(4);
    store.set(3, '\\frac{1}{2}');
    store.set(0, 'π/2 und é');
    store.set(1, '');
    expect([0, 1, 2, 3].map(store.get)).toEqual(['π/2 und é', '', undefined, '\\frac{1}{2}']);
  });

  test('the last text of a number counts, and a deleted one is gone', () => {
    const store = createTextStore(2);
    store.set(0, '1');
    store.set(1, '2');
    store.set(0, 'a longer one');
    store.delete(1);
    expect([store.get(0), store.get(1)]).toEqual(['a longer one', undefined]);
  });

  test('texts over many blocks, some longer than a block, stay apart', () => {
    const texts = Array.from({ length: 3000 }, (_, i) => `${i}:${'x'.repeat(i % 1000 === 999 ? 300_000 : i % 700)}`);
    const store = createTextStore(texts.length);
    for (const [i, text] of texts.entries()) store.set(i, text);
    for (const [i, text] of texts.entries()) expect(store.get(i) === text, `text ${i}`).toBe(true);
  });

  test('a million short answers take about as many bytes as they have, and eight for each number', () => {
    const before = process.memoryUsage();
    const store = createTextStore(1_000_000);
    for (let i = 0; i < 1_000_000; i++) store.set(i, String(i));
    const { arrayBuffers, external } = process.memoryUsage();
    const grownMb = (arrayBuffers + external - before.arrayBuffers - before.external) / 2 ** 20;
    expect(store.get(987_654)).toBe('987654');
    // 4 MB of places, and 10 MB of lengths and digits, counted by two figures of Node, which overlap.
    expect(grownMb).toBeLessThan(32);
  });
});
