import { join } from 'node:path';
import type { Summary } from '@scalequest/eval';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;

/**
 * 100 problems of MATH, eight replies each, with the rewards of a reward model. The figures were counted out in Python
 * from the run's journal and scores, over all choices of k of the eight replies (itertools.combinations).
 */
test.skipIf(dataDir === undefined)(
  'recorded replies with rewards: pass@k, votes and choices by reward are what counting out gives (needs SCALEQUEST_DATA_DIR)',
  async () => {
    using folder = makeTemporaryFolder();
    const replies = join(dataDir ?? '', 'generations', 'math', 'qwen-math-cot-100x8.jsonl.gz');
    const { stdout, code } = await runCli(
      ['score', 'math', '--replies', replies, '--data-dir', dataDir ?? '', '--out', folder.join('run'), '--json'],
      { cwd: folder.path },
    );
    expect(code).toBe(0);
    const { summary } = JSON.parse(stdout) as { summary: Summary };
    const near = (figures: Readonly<Record<string, number>>): object =>
      Object.fromEntries(Object.entries(figures).map(([k, value]) => [k, expect.closeTo(value, 10)]));
    expect(summary.passAtK).toEqual(near({ 1: 0.92125, 2: 0.9453571428571428, 4: 0.966, 8: 0.98 }));
    expect(summary.majAtK).toEqual(near({ 2: 0.92125, 4: 0.9308928571428571, 8: 0.935 }));
    expect(summary.bestOfK).toEqual(near({ 2: 0.9403571428571428, 4: 0.9511428571428573, 8: 0.96 }));
    expect(summary.weightedMajAtK).toEqual(near({ 2: 0.9403571428571428, 4: 0.9507142857142858, 8: 0.96 }));
    expect(summary.voting).toMatchObject({ scored: 800, weights: 'logistic', simulated: 0, unconfirmedProblems: 0 });
  },
);
