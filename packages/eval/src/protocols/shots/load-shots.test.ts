import { mkdirSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { loadShots } from './load-shots.ts';
import type { Shots } from './shots.ts';

const shots: Shots = {
  count: 2,
  source: { kind: 'benchmark', name: 'gsm8k-train' },
  choice: { kind: 'first' },
  layout: { kind: 'turns' },
};

test('the texts of a train split are its problems with their whole solutions', async () => {
  using folder = makeTemporaryFolder();
  mkdirSync(folder.join('gsm8k'));
  const records = [
    { question: 'How many?', answer: '1 + 1 = <<1+1=2>>2\n#### 2' },
    { question: 'And now?', answer: 'Still <<2=2>>2.\n#### 2' },
  ];
  writeFileSync(folder.join('gsm8k', 'train.jsonl'), records.map((record) => JSON.stringify(record)).join('\n'));
  const texts = await loadShots(shots, { dataDir: folder.path, cacheDir: '/nonexistent', acceptUnpinned: true });
  expect(texts).toMatchObject({
    kind: 'benchmark',
    shots: records.map(({ question, answer }) => ({ problem: question, solution: answer })),
  });
});

test('texts that only the user has are asked for', async () => {
  const file = { ...shots, source: { kind: 'file' } } as const;
  await expect(loadShots(file, { cacheDir: '/nonexistent' })).rejects.toThrow(/2 examples.*\n.*--shots FILE/);
});

test('a split that is not there says which', async () => {
  const options = { dataDir: '/nonexistent', cacheDir: '/nonexistent' };
  await expect(loadShots(shots, options)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
});

const dataDir = process.env.SCALEQUEST_DATA_DIR;

test.skipIf(dataDir === undefined)('MATH’s train split can be drawn from (needs SCALEQUEST_DATA_DIR)', async () => {
  const source = { kind: 'benchmark', name: 'math-train' } as const;
  const texts = await loadShots({ ...shots, source }, { dataDir, cacheDir: '/nonexistent' });
  expect(texts.shots).toHaveLength(7_498);
  expect(texts.shots.every(({ solution }) => solution.includes('\\boxed'))).toBe(true);
});
