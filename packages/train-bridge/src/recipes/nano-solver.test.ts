import { expect, test } from 'vitest';
import { type ChatRow, rowSchemas, type SegmentRow } from '../config/train-row.ts';
import { instruction, nanoSolver } from './nano-solver.ts';

const rows: readonly (ChatRow | SegmentRow)[] = [...nanoSolver.makeRows({ seed: 0, count: 6000 })].filter(
  (row) => 'segments' in row || 'reply' in row,
) as (ChatRow | SegmentRow)[];

function count(isOne: (row: ChatRow | SegmentRow) => boolean): number {
  return rows.filter(isOne).length;
}

test('there are as many rows as were asked for, each of them well formed and with an id of its own', () => {
  expect(rows).toHaveLength(6000);
  for (const row of rows) expect(rowSchemas.sft.parse(row)).toEqual(row);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(6000);
});

test('the rows are mixed as the recipe says, in any part of them', () => {
  for (const part of [rows, rows.slice(0, 1500)]) {
    const share = (prefix: string): number => part.filter(({ id }) => id.startsWith(prefix)).length / part.length;
    expect(share('bare-equations')).toBeCloseTo(0.22, 1);
    expect(share('math-embedded-train')).toBeCloseTo(0.33, 1);
    expect(share('word-problems-train')).toBeCloseTo(0.45, 1);
  }
});

test('three problems in ten come with the instruction of the protocol', () => {
  const problems = count((row) => 'prompt' in row);
  const instructed = count((row) => 'prompt' in row && row.prompt.endsWith(instruction));
  expect(instructed / problems).toBeGreaterThan(0.26);
  expect(instructed / problems).toBeLessThan(0.34);
});

test('every reply ends with its answer in a box', () => {
  expect(count((row) => 'reply' in row && !/\\boxed\{.*\}\.?\$?\.?$/s.test(row.reply))).toBe(0);
});

test('of an equation only what is found counts, and the border stands behind a digit', () => {
  for (const row of rows) {
    if (!('segments' in row)) continue;
    expect(row.segments.map(({ text }) => text).join('')).toMatch(/^(\S+=\S+\n){11}\S+=\S+$/);
    for (const [i, { text, weight }] of row.segments.entries()) {
      expect(weight).toBe(i % 2 === 0 ? 0 : 1);
      if (i % 2 === 0) expect(text).toMatch(/\d$/);
    }
  }
});

test('the same seed gives the same rows, another one others', () => {
  const take = (seed: number): string => JSON.stringify([...nanoSolver.makeRows({ seed, count: 200 })]);
  expect(take(0)).toBe(take(0));
  expect(take(1)).not.toBe(take(0));
});
