import { readWordProblem } from '@scalequest/datasets/embedded';
import { expect, test } from 'vitest';
import { trainConfigSchema } from '../config/train-config.ts';
import { rowSchemas } from '../config/train-row.ts';
import { nanoQft } from './nano-qft.ts';
import { nanoQpo } from './nano-qpo.ts';

const input = { run: 'r', seed: 0, modelPath: '/model', data: { file: 'f', rows: 800, sha256: '0'.repeat(64) } };

test('QFT learns from questions alone, of one step and of two, each of them different and valid', () => {
  const rows = [...nanoQft.makeRows({ seed: 0, count: 400 })];
  const steps = rows.map((row) => {
    expect(rowSchemas.sft.parse(row)).toEqual(row);
    const reading = readWordProblem('question' in row ? row.question : '');
    return reading.kind === 'solvable' ? reading.steps : 0;
  });
  expect([1, 2].map((count) => steps.filter((one) => one === count).length)).toEqual([200, 200]);
  expect(new Set(rows.map((row) => ('question' in row ? row.question : ''))).size).toBe(400);
  expect(JSON.stringify([...nanoQft.makeRows({ seed: 1, count: 400 })])).not.toBe(JSON.stringify(rows));
});

test('QFT has as many passes as its steps take, whatever the number of rows', () => {
  for (const rows of [100, 800, 3000]) {
    const config = trainConfigSchema.parse(
      nanoQft.makeConfig({ ...input, steps: undefined, data: { ...input.data, rows } }),
    );
    expect(config).toMatchObject({ maxSteps: nanoQft.steps, template: { kind: 'question' } });
    expect(config.epochs * rows).toBeGreaterThanOrEqual(nanoQft.steps * config.batchSize);
  }
});

test('QPO goes over the pairs once, behind the same prefix, unless steps are asked for', () => {
  const config = trainConfigSchema.parse(nanoQpo.makeConfig({ ...input, steps: undefined }));
  expect(config).toMatchObject({ maxSteps: 50, batchSize: 16, template: { kind: 'question' }, dpo: { sftWeight: 1 } });
  expect(nanoQpo.makeConfig({ ...input, steps: 7 })).toMatchObject({ maxSteps: 7 });
});
