import { expect, test } from 'vitest';
import { type AnswerCase, readAnswerCases } from './__fixtures__/read-cases.ts';

const cases = readAnswerCases();
const capabilities = [...new Set(cases.map(({ capability }) => capability))].filter((name) => name !== 'general');

/** What issue 4 names, one file each; `general` holds what belongs to several of them. */
const named =
  'algebra bases binomials cases chains choices complex-numbers compound-conditions degrees equations factorials families fractions ' +
  'functions inequalities integers-decimals intervals labelled-values lists logarithms matrices mixed-numbers money number-words ' +
  'percent plus-minus ratios repeating-decimals roots scientific-notation set-builder sets sums-products-limits-integrals text ' +
  'thousands-separators times trigonometry tuples unions units vectors yes-no';

test('every capability has its file, and all rows are at least 3,000', () => {
  expect(capabilities).toEqual(named.split(' '));
  expect(cases.length).toBeGreaterThanOrEqual(3000);
});

/** Rows that differ only in their numbers count once. */
function countShapes(rows: readonly AnswerCase[]): number {
  return new Set(rows.map((row) => [row.reference, row.candidate, row.verdict].join('\n').replaceAll(/\d+/g, '0')))
    .size;
}

test('every capability has at least 40 cases of different shapes, half of them different', () => {
  for (const name of capabilities) {
    const rows = cases.filter(({ capability }) => capability === name);
    const shapes = countShapes(rows);
    const different = countShapes(rows.filter(({ verdict }) => verdict === 'different'));
    expect(shapes, name).toBeGreaterThanOrEqual(40);
    expect(different, name).toBeGreaterThanOrEqual(20);
    expect(different / shapes, name).toBeGreaterThan(0.4);
    expect(countShapes(rows.filter(({ verdict }) => verdict === 'equal')) / shapes, name).toBeGreaterThan(0.25);
  }
});

test('a pair that stands in two places has one verdict', () => {
  const verdicts = new Map<string, string>();
  for (const { reference, candidate, verdict } of cases) {
    const key = JSON.stringify([reference, candidate].sort());
    expect(verdict, key).toBe(verdicts.get(key) ?? verdict);
    verdicts.set(key, verdict);
  }
});
