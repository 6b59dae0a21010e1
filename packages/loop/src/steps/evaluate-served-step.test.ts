import { readFileSync } from 'node:fs';
import { loadBenchmark } from '@scalequest/datasets';
import { findTemplate } from '@scalequest/eval';
import { createOpenAiClient } from '@scalequest/models';
import { getSandboxStatus } from '@scalequest/sandbox';
import { makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import type { StepContext } from '../engine/step.ts';
import { readStepRun } from '../status/read-step-run.ts';
import { evaluateServedStep } from './evaluate-served-step.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR || undefined;
const { chosen: sandbox } = await getSandboxStatus();
const canRun = dataDir !== undefined && sandbox !== undefined;
if (!canRun)
  process.stderr.write(
    'A student of code is not evaluated: SCALEQUEST_DATA_DIR is not set, or nothing holds programs.\n',
  );

describe.skipIf(!canRun)('a student of code', () => {
  test('is judged by its tests in the sandbox, with one opening for all benchmarks', async () => {
    using folder = makeTemporaryFolder();
    const data = { dataDir, cacheDir: folder.join('cache'), allowDownload: false };
    const { problems } = await loadBenchmark('humaneval', data);
    const [first] = problems;
    // It knows the first problem by heart, and no other.
    await using server = await startModelServer({
      models: ['coder'],
      reply: ({ text }) =>
        first !== undefined && text.includes(first.problem.trim())
          ? `${first.problem}${first.reference}\n`
          : 'def nothing():\n    return None\n',
    });
    let opened = 0;
    const step = evaluateServedStep({
      ...{ name: 'evaluate-coder', model: 'student-coder', called: 'coder' },
      benchmarks: [
        { name: 'humaneval', limit: 3 },
        { name: 'mbpp-plus', limit: 2 },
      ],
      protocol: 'qwen25-coder-evalplus@1',
      template: findTemplate('chatml'),
      data,
      open: async () => {
        opened += 1;
        const client = createOpenAiClient({ model: 'coder', baseUrls: [server.baseUrl] });
        return { models: { coder: { client } }, failed: new AbortController().signal, close: () => client.close() };
      },
    });
    const { files, figures } = await step.run(makeContext(folder.join('step')));
    expect(opened).toBe(1);
    expect(figures?.humaneval).toMatchObject({
      problems: 3,
      outcomes: { correct: 1, wrong: 2, error: 0 },
      letters: 'cww',
    });
    expect(figures?.['mbpp-plus']).toMatchObject({ problems: 2, outcomes: { wrong: 2 }, letters: 'ww' });
    expect(files).toEqual({
      'humaneval-outcomes': 'humaneval/outcomes.jsonl',
      'mbpp-plus-outcomes': 'mbpp-plus/outcomes.jsonl',
    });
    expect(readFileSync(folder.join('step/humaneval/outcomes.jsonl'), 'utf8').split('\n')).toHaveLength(4);
    expect(await readStepRun(folder.join('step'), step)).toEqual({
      ...{ kind: 'evaluate', isHeld: false, answered: 5, problems: undefined },
    });
  }, 60_000);
});

function makeContext(folder: string): StepContext {
  const none = (): never => {
    throw new Error('No step stands before it.');
  };
  return {
    ...{ folder, seed: 0, stop: new AbortController().signal, abort: new AbortController().signal },
    ...{ getFile: none, getFolder: none, getFigures: none, tell: () => undefined, say: () => undefined },
  };
}
