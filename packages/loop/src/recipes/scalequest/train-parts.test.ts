import { expect, test } from 'vitest';
import { chooseLauncher } from './train-parts.ts';

const access = {
  command: 'test',
  versions: {},
  cacheDir: '/cache',
  getPython: () => Promise.reject(new Error('Not here.')),
};
const shared = { launcher: 'torchrun', processes: 8 } as const;
const alone = { launcher: 'local' } as const;
const cluster = { launcher: 'ray', address: 'http://head:8265' } as const;

test('a training runs where the configuration says of it, of its kind, of all, or of the loop', () => {
  const config = { train: { launcher: shared, launchers: { qpo: alone, 'qpo-qwen': cluster } } };
  const choose = (step: string): unknown => chooseLauncher({ config, access }, step);
  expect(choose('qft-qwen')).toBe(shared);
  expect(choose('qpo-deepseek')).toBe(alone);
  expect(choose('qpo-qwen')).toBe(cluster);
  // The control of a student is trained as the student is.
  const students = { train: { launchers: { 'student-mistral-7b': cluster } } };
  expect(chooseLauncher({ config: students, access }, 'student-mistral-7b-no-qpo')).toBe(cluster);
  expect(chooseLauncher({ config: students, access: { ...access, launcher: shared } }, 'student-llama3-8b')).toBe(
    shared,
  );
  expect(chooseLauncher({ config: { train: {} }, access }, 'qft-qwen')).toBeUndefined();
});
