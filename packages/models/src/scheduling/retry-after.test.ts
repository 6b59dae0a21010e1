import { expect, test } from 'vitest';
import { readRetryAfterMs } from './retry-after.ts';

const date = Date.UTC(2025, 0, 1, 12, 0, 0);

test.each([
  [{ 'retry-after': '2' }, 2000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '1.5' }, 1500],
  [{ 'retry-after-ms': '250', 'retry-after': '1' }, 250],
  [{ 'retry-after': 'Wed, 01 Jan 2025 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Wed, 01 Jan 2025 11:59:30 GMT' }, 0],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-5' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{}, undefined],
])('reads %j as %s ms', (headers, expected) => {
  expect(readRetryAfterMs({ get: (name) => (headers as Record<string, string>)[name] ?? null }, date)).toBe(expected);
});
