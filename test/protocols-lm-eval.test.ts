import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const python = process.env.SCALEQUEST_LM_EVAL_PYTHON;
const dataDir = process.env.SCALEQUEST_DATA_DIR;
const missing = [
  ...(python === undefined ? ['SCALEQUEST_LM_EVAL_PYTHON, a Python with lm-eval[math] 0.4.13'] : []),
  ...(dataDir === undefined ? ['SCALEQUEST_DATA_DIR'] : []),
];

interface Report {
  readonly results: readonly {
    readonly task: string;
    readonly documents: number;
    readonly different: readonly string[];
  }[];
}

test('100 prompts of each task equal those of lm-eval, byte for byte', { timeout: 300_000 }, ({ skip }) => {
  if (missing.length > 0) skip(`needs ${missing.join(' and ')}`);
  const script = join(import.meta.dirname, '..', 'benchmarks', 'protocols-against-lm-eval.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [script, '--python', python ?? '', '--json'], {
    encoding: 'utf8',
    timeout: 280_000,
  });
  expect(stdout, stderr.slice(-2000)).not.toBe('');
  const { results } = JSON.parse(stdout) as Report;
  expect(results.map(({ task, documents, different }) => ({ task, documents, different }))).toEqual([
    { task: 'gsm8k', documents: 100, different: [] },
    { task: 'hendrycks_math', documents: 100, different: [] },
    { task: 'minerva_math', documents: 100, different: [] },
    { task: 'humaneval', documents: 100, different: [] },
    { task: 'humaneval_instruct', documents: 100, different: [] },
    { task: 'mbpp', documents: 100, different: [] },
    { task: 'mbpp_plus', documents: 100, different: [] },
    { task: 'mbpp_instruct', documents: 100, different: [] },
    ...(process.env.SCALEQUEST_EVALPLUS_PYTHON === undefined
      ? []
      : ['evalplus humaneval', 'evalplus mbpp', 'evalplus-openai humaneval', 'evalplus-openai mbpp'].map((task) => ({
          task,
          documents: 100,
          different: [],
        }))),
  ]);
});
