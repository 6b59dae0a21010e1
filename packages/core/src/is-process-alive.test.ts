import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isProcessAlive } from './is-process-alive.ts';

test('this process and the first one are alive, and one that has ended is not', () => {
  expect(isProcessAlive(process.pid)).toBe(true);
  expect(isProcessAlive(1)).toBe(true);
  expect(isProcessAlive(spawnSync('true').pid)).toBe(false);
});
