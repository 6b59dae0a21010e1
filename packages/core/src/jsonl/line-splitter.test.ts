import { expect, test } from 'vitest';
import { LineSplitter, type RawLine } from './line-splitter.ts';

interface Case {
  readonly chunkBytes: number;
  /** @defaultValue no limit */
  readonly maxBytes?: number;
}

function split(text: string, { chunkBytes, maxBytes = Infinity }: Case): RawLine[] {
  const bytes = Buffer.from(text);
  const splitter = new LineSplitter(maxBytes);
  const lines: RawLine[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    lines.push(...splitter.push(bytes.subarray(at, at + chunkBytes)));
  const last = splitter.end();
  return last === undefined ? lines : [...lines, last];
}

test('lines and characters that are cut by chunks arrive whole, with number and place, at every chunk size', () => {
  const text = '{"é":"π∑"}\r\n\n[1,2]\n"last"';
  for (let chunkBytes = 1; chunkBytes <= text.length + 8; chunkBytes++) {
    const lines = split(text, { chunkBytes });
    expect(lines.map(({ bytes, line, hasEnd }) => [bytes.toString(), line, hasEnd])).toEqual([
      ['{"é":"π∑"}\r', 1, true],
      ['', 2, true],
      ['[1,2]', 3, true],
      ['"last"', 4, false],
    ]);
    for (const { bytes, offset } of lines) {
      expect(Buffer.from(text).subarray(offset, offset + bytes.length)).toEqual(bytes);
    }
  }
});

test('a line that is too long is marked and passed over, and the others keep their places, at every chunk size', () => {
  const text = `ab\n${'x'.repeat(50)}\ncdefg\n${'y'.repeat(6)}\nh\n${'z'.repeat(20)}`;
  for (let chunkBytes = 1; chunkBytes <= text.length; chunkBytes++) {
    const lines = split(text, { chunkBytes, maxBytes: 5 });
    expect(lines.map(({ line, offset, isTooLong }) => [line, offset, isTooLong])).toEqual([
      [1, 0, false],
      [2, 3, true],
      [3, 54, false],
      [4, 60, true],
      [5, 67, false],
      [6, 69, true],
    ]);
    expect(lines.map(({ bytes }) => bytes.toString().charAt(0)).join('')).toBe('axcyhz');
    expect(lines.filter(({ isTooLong }) => isTooLong).every(({ bytes }) => bytes.length > 5)).toBe(true);
  }
});

test('of a line that is too long its beginning is given at once, and nothing else is kept', () => {
  const splitter = new LineSplitter(10_000);
  const piece = Buffer.alloc(1024, 'a');
  const given = Array.from({ length: 100 }, () => [...splitter.push(piece)]);
  expect(given.findIndex((lines) => lines.length > 0)).toBe(9);
  const [long] = given.flat();
  expect(given.flat()).toHaveLength(1);
  expect(long?.bytes).toHaveLength(1000);
  expect(long?.bytes.buffer.byteLength).toBeLessThan(100_000);
  expect(splitter.end()).toBeUndefined();
});
