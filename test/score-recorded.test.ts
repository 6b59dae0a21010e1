import { join } from 'node:path';
import { loadBenchmark } from '@scalequest/datasets';
import { getScoresPath, oursGrader, type Score, type Summary } from '@scalequest/eval';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { readAll } from './support/read-all.ts';
import { runCli } from './support/run-cli.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;

/** A pair of the data's verifier-pairs: what the source and its review say of one sample. */
interface Pair {
  readonly id: number;
  readonly benchmark: string;
  readonly qid: string;
  readonly source: string;
  readonly sample: number;
  readonly label: boolean;
  readonly review: { readonly verdict: string } | null;
}

/** The label of a pair where it is clear: the review where there is one, none where it says approximate or ambiguous. */
function getClearLabel({ label, review }: Pair): boolean | undefined {
  if (review === null) return label;
  return review.verdict === 'true' || review.verdict === 'false' ? review.verdict === 'true' : undefined;
}

const exceptionsPath = join(import.meta.dirname, '..', 'packages', 'verifier', 'cases', 'label-exceptions.jsonl');
/** Integers, decimals and fractions, also between dollar signs. */
const plainNumber = /^\$?[-+]?(?:\d+(?:\.\d*)?|\.\d+|\d+\/\d+|\\d?frac\{-?\d+\}\{\d+\})\.?\$?\.?$/;

test.skipIf(dataDir === undefined).each([
  ['math-500', 'rho-math-1b-v0.1', 500],
  ['math-500', 'rho-math-7b-v0.1', 500],
  ['math-500', 'rho-math-1b-interpreter-v0.1', 500],
  ['math-500', 'rho-math-7b-interpreter-v0.1', 500],
  ['math', 'qwen-math-cot-100x8', 800],
])(
  'recorded replies %s/%s: every sample has an outcome, numbers are decided, no clear label is contradicted (needs SCALEQUEST_DATA_DIR)',
  async (benchmark, model, count) => {
    using folder = makeTemporaryFolder();
    const root = dataDir as string;
    const replies = join(root, 'generations', benchmark, `${model}.jsonl.gz`);
    const args = ['score', benchmark, '--replies', replies, '--data-dir', root, '--out', folder.path, '--json'];
    const { code, stdout } = await runCli(args);
    expect(code).toBe(0);
    const { summary } = JSON.parse(stdout) as { readonly summary: Summary };
    const scores = await readAll<Score>(getScoresPath(folder.path, oursGrader));
    expect(summary).toMatchObject({ samples: count, isComplete: true });
    expect(Object.values(summary.outcomes).reduce((sum, n) => sum + n, 0)).toBe(count);
    expect(new Set(scores.map(({ id, epoch }) => `${id} ${epoch}`)).size).toBe(count);

    const { problems } = await loadBenchmark(benchmark, { dataDir: root, cacheDir: '/nonexistent' });
    const references = new Map(problems.map(({ id, reference }) => [id, reference]));
    const numbers = scores.filter(
      ({ id, answer = '' }) => plainNumber.test(references.get(id) ?? '') && plainNumber.test(answer),
    );
    expect(numbers.length).toBeGreaterThan(count / 10);
    expect(numbers.filter(({ outcome }) => outcome === 'undecided')).toEqual([]);

    const source = model.replace('-100x8', '');
    const pairs = (await readAll<Pair>(join(root, 'generations-derived', 'verifier-pairs.jsonl.gz'))).filter(
      (pair) => pair.benchmark === benchmark && pair.source === source,
    );
    const outcomes = new Map(scores.map(({ id, epoch, outcome }) => [`${id} ${epoch}`, outcome]));
    const exceptions = new Set((await readAll<{ readonly id: number }>(exceptionsPath)).map(({ id }) => id));
    const judged = pairs.filter((pair) => outcomes.has(`${pair.qid} ${pair.sample}`));
    expect(judged).toHaveLength(count);
    const contradicted = judged.filter(
      (pair) =>
        outcomes.get(`${pair.qid} ${pair.sample}`) === 'correct' &&
        getClearLabel(pair) === false &&
        !exceptions.has(pair.id),
    );
    expect(contradicted).toEqual([]);

    const { undecided, correct } = summary.outcomes;
    console.log(
      `${model}: correct ${correct}, undecided ${undecided} of ${count} (${((100 * undecided) / count).toFixed(1)} %)`,
    );
  },
);
