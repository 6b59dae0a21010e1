import { expect, test } from 'vitest';
import { countOf, formatDuration, formatInterval, formatPercent, formatTable } from './format.ts';

test('durations are read in the unit that fits them', () => {
  expect([0, 850, 12_345, 245_000, 7_800_000].map(formatDuration)).toEqual([
    '0 ms',
    '850 ms',
    '12.3 s',
    '4 min 05 s',
    '2 h 10 min',
  ]);
});

test('shares and intervals are in percent with one digit', () => {
  expect(formatPercent(0.73449)).toBe('73.4 %');
  expect(formatInterval({ low: 0, high: 0.0555 })).toBe('[0.0, 5.5]');
});

test('what rounds to zero has no sign', () => {
  expect(formatPercent(-0.0004)).toBe('0.0 %');
  expect(formatInterval({ low: -0.0004, high: -0 })).toBe('[0.0, 0.0]');
  expect(formatInterval({ low: -0.0005, high: 0.0005 })).toBe('[-0.1, 0.1]');
});

test('things are counted in the singular and in the plural', () => {
  expect([0, 1, 5000].map((count) => countOf(count, 'problem'))).toEqual(['0 problems', '1 problem', '5,000 problems']);
});

test('columns line up, text to the left and numbers to the right', () => {
  expect(
    formatTable([
      ['level', 'n', 'why', 'interval'],
      ['1', '100', 'a', '[0.0, 1.0]'],
      ['unknown', '7', 'longer', '[0.0, 10.0]'],
    ]),
  ).toBe(
    [
      'level      n  why        interval',
      '1        100  a        [0.0, 1.0]',
      'unknown    7  longer  [0.0, 10.0]',
    ].join('\n'),
  );
});
