import { readFileSync } from 'node:fs';
import { loadBenchmark } from '@scalequest/datasets';
import type { Summary } from '@scalequest/eval';
import { forkModelServer, makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { countPlanned } from './support/known-shares.mjs';
import { runCli } from './support/run-cli.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;
const behaviourModule = new URL('./support/known-shares.mjs', import.meta.url);

interface EvalOutput {
  readonly status: string;
  readonly resumed: number;
  readonly summary: Summary;
}

/** Runs a whole benchmark against the server, twice, and gives what both runs printed. */
async function evaluateTwice(benchmark: 'math' | 'math-embedded', source: { readonly dataDir?: string }) {
  using folder = makeTemporaryFolder();
  await using server = await forkModelServer({
    behaviourModule,
    options: { benchmark, ...source, transientShare: 0.01 },
  });
  const args = [
    'eval',
    benchmark,
    '--model',
    'test-model',
    '--base-url',
    server.baseUrl,
    '--out',
    folder.path,
    '--json',
    // The requests of the run are counted, and the doctor's are its own.
    '--no-doctor',
  ];
  const env = source.dataDir === undefined ? {} : { SCALEQUEST_DATA_DIR: source.dataDir };
  const first = await runCli(args, { env });
  const asked = (await server.getStatistics()).requests;
  const second = await runCli(args, { env });
  const askedAgain = (await server.getStatistics()).requests - asked;
  const journal = readFileSync(folder.join('journal.jsonl'), 'utf8').trimEnd().split('\n');
  return { first, second, asked, askedAgain, journal };
}

async function checkKnownShares(
  benchmark: 'math' | 'math-embedded',
  source: { readonly dataDir?: string },
): Promise<void> {
  const { problems } = await loadBenchmark(benchmark, { ...source, cacheDir: '/nonexistent' });
  const { first, second, asked, askedAgain, journal } = await evaluateTwice(benchmark, source);
  expect(first).toMatchObject({ code: 0 });
  const { status, summary } = JSON.parse(first.stdout) as EvalOutput;
  expect(status).toBe('finished');
  expect(summary.outcomes).toEqual(countPlanned(problems));
  expect(summary.samples).toBe(problems.length);
  expect(journal).toHaveLength(problems.length);
  expect(summary.tokens?.prompt).toBeGreaterThan(0);
  // The transient faults were real, and cost requests but no sample.
  expect(asked).toBeGreaterThan(problems.length);
  expect(askedAgain).toBe(0);
  expect(JSON.parse(second.stdout)).toMatchObject({
    resumed: problems.length,
    summary: { outcomes: summary.outcomes },
  });
}

test('the summary gives exactly the shares of the replies: math-embedded', () => checkKnownShares('math-embedded', {}));

test.skipIf(dataDir === undefined)(
  'the summary gives exactly the shares of the replies: all 5,000 of MATH (needs SCALEQUEST_DATA_DIR)',
  () => checkKnownShares('math', { dataDir: dataDir as string }),
);
