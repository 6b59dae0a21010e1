import type { PoolItem } from '@scalequest/verifier/pool';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InputLine } from '../lines/input-line.ts';
import { type ReadQuestionsOptions, readQuestions } from './read-questions.ts';

interface Case extends Partial<Omit<ReadQuestionsOptions, 'name'>> {
  /** @defaultValue all at once */
  readonly chunkBytes?: number;
}

async function read(
  text: string | Buffer,
  { chunkBytes = Infinity, ...options }: Case = {},
): Promise<InputLine<PoolItem>[]> {
  const bytes = Buffer.from(text as string);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const lines: InputLine<PoolItem>[] = [];
  for await (const line of readQuestions(chunks(), { name: 'in', format: 'csv', ...options })) lines.push(line);
  return lines;
}

const header = 'id,reference,candidate\n';
const quoteCell = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ', '\ufeff', 'é', '∞', '\\') });

test('any table whose cells are quoted reads back, whatever is in them and wherever chunks cut it', async () => {
  const tables = fc.tuple(
    fc.array(fc.tuple(cell, cell, cell)),
    fc.constantFrom('\n', '\r\n'),
    fc.integer({ min: 1, max: 9 }),
  );
  await fc.assert(
    fc.asyncProperty(tables, async ([rows, lineEnd, chunkBytes]) => {
      const text = [header.trim(), ...rows.map((row) => row.map(quoteCell).join(','))].join(lineEnd);
      const wanted = rows.map(([id, reference, candidate]) => ({
        kind: 'asked',
        id,
        item: { reference, candidate },
      }));
      expect(await read(text, { chunkBytes })).toMatchObject(wanted);
    }),
    { seed: 11 },
  );
});

test('whatever the bytes are, every line is a part of one question or bad line, and a good row at the end is read', async () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\r') }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(lines, async (some) => {
      // Two quotes after all the others: whatever was open is closed or given up by then.
      const result = await read(`${header}${some.join('\n')}\nlast,1,1`);
      const last = result.at(-1);
      expect(last?.kind === 'asked' ? last.id : last?.text).toContain('last');
      const numbers = result.flatMap((line) => (line.kind === 'bad' ? [line.line] : []));
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    }),
    { seed: 12 },
  );
});

test('a quote that is never closed is given up after four megabytes, not at the end of the file', async () => {
  const row = `1,2,${'3'.repeat(96)}\n`;
  const rows = Math.ceil((5 * 2 ** 20) / row.length);
  const lines = await read(`${header}0,"2,3\n${row.repeat(rows)}`, { chunkBytes: 65536 });
  expect(lines).toHaveLength(rows + 1);
  expect(lines[0]).toMatchObject({ kind: 'bad', line: 2, error: 'opens a quote that is not closed', text: '0,"2,3' });
  expect(lines.slice(1).every(({ kind }) => kind === 'asked')).toBe(true);
});

test('of many quotes that are never closed each costs its own line', async () => {
  const lines = await read(`${header}${'1,"2\n'.repeat(20_000)}`);
  expect(lines.map((line) => line.kind === 'bad' && line.line)).toEqual(lines.map((_, index) => index + 2));
  expect(lines).toHaveLength(20_000);
});

test.each(['jsonl', 'csv'] as const)(
  'a line over the limit is bad, with its beginning, and the next is read (%s)',
  async (format) => {
    const good = format === 'csv' ? 'a,1,1\n' : '{"id":"a","reference":"1","candidate":"1"}\n';
    const start = format === 'csv' ? header : '';
    const text = `${start}${'x'.repeat(5000)}\n${good}${'y'.repeat(5000)}`;
    const lines = await read(text, { format, maxLineBytes: 100, chunkBytes: 64 });
    expect(lines).toMatchObject([
      { kind: 'bad', error: 'is longer than 100 bytes', text: expect.stringMatching(/^x{100,1000}$/) },
      { kind: 'asked', id: 'a' },
      { kind: 'bad', error: 'is longer than 100 bytes', text: expect.stringMatching(/^y{100,1000}$/) },
    ]);
  },
);

test('a quote inside of a cell is named as what it is, and not as one that is open', async () => {
  const lines = await read(`${header}1,5" wide,1\n2,1,1\n3,"1,1\n`);
  expect(lines).toMatchObject([
    { kind: 'bad', line: 2, error: 'has a quote inside of a cell that is not quoted' },
    { kind: 'asked', id: '2' },
    { kind: 'bad', line: 4, error: 'opens a quote that is not closed' },
  ]);
});
