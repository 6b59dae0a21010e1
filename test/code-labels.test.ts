import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Score, type Summary, sourceLabelGrader } from '@scalequest/eval';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { findSandbox } from './support/find-sandbox.ts';
import { readAll, readScores } from './support/read-all.ts';
import { runCli } from './support/run-cli.ts';

const root = process.env.SCALEQUEST_DATA_DIR ?? '';
const { sandbox, reason } = await findSandbox();

/** What a run of the data's makers said of the samples of one task. */
interface ExecutionLabels {
  readonly file: string;
  readonly task_id: string;
  readonly passed: readonly boolean[];
}

interface Reason {
  readonly benchmark: string;
  readonly model: string;
  readonly id: string;
  readonly epoch: number;
}

const reasonsPath = join(import.meta.dirname, '..', 'packages', 'eval', 'cases', 'label-disagreements.jsonl');

/** `epoch id` of the samples of a file that have a reason on record. */
async function readExplained(benchmark: string, model: string): Promise<readonly string[]> {
  const reasons = await readAll<Reason>(reasonsPath);
  const own = reasons.filter((one) => one.benchmark === benchmark && one.model === model);
  return own.map(({ id, epoch }) => `${epoch} ${id}`).sort();
}

async function readExecutionLabels(file: string): Promise<ReadonlyMap<string, readonly boolean[]>> {
  const labels = await readAll<ExecutionLabels>(join(root, 'generations-derived', 'code-execution-labels.jsonl.gz'));
  // MBPP's tasks bear the names of MultiPL-E, `mbpp_234_volume_cube`.
  const own = labels.filter((one) => one.file === file);
  return new Map(own.map(({ task_id: id, passed }) => [id.replace(/^mbpp_(\d+)_.*/, 'Mbpp/$1'), passed]));
}

/** `epoch id` of every sample of which the labels say another thing than the scores. */
function listDifferences(scores: readonly Score[], labels: ReadonlyMap<string, readonly boolean[]>): readonly string[] {
  const differing = scores.filter(({ id, epoch, outcome }) => labels.get(id)?.[epoch] !== (outcome === 'correct'));
  return differing.map(({ id, epoch }) => `${epoch} ${id}`).sort();
}

interface Judged {
  readonly summary: Summary;
  readonly scores: readonly Score[];
  /** The source's own labels. */
  readonly sourceLabels: ReadonlyMap<string, readonly boolean[]>;
}

async function judge(args: readonly string[], grader = 'tests@1'): Promise<Judged> {
  using folder = makeTemporaryFolder();
  const { code, stdout, stderr } = await runCli(['score', ...args, '--data-dir', root, '--out', folder.path, '--json']);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  const labels = await readScores(folder.path, sourceLabelGrader).catch(() => []);
  return {
    summary: (JSON.parse(stdout) as { readonly summary: Summary }).summary,
    scores: await readScores(folder.path, grader),
    sourceLabels: new Map(labels.map(({ id, outcome }) => [id, [outcome === 'correct']])),
  };
}

const needs = `needs SCALEQUEST_DATA_DIR and a sandbox${reason}`;

describe.skipIf(root === '' || sandbox === undefined)(`recorded programs and their labels (${needs})`, () => {
  test.each([
    'reflexion-gpt-4',
    'reflexion-simple-gpt-3.5-turbo',
    'reflexion-simple-gpt-4',
    'reflexion-simple-gpt-4-logging',
    'reflexion-simple-text-davinci-003',
  ])('humaneval/%s: every execution label is met, and every other label of the source is explained', async (model) => {
    const replies = join(root, 'generations', 'humaneval', `${model}.jsonl.gz`);
    const { scores, sourceLabels } = await judge(['humaneval', '--replies', replies]);
    expect(scores).toHaveLength(164);
    expect(listDifferences(scores, await readExecutionLabels(model))).toEqual([]);
    expect(listDifferences(scores, sourceLabels)).toEqual(await readExplained('humaneval', model));
  });

  test.each(['reflexion-gpt-4', 'reflexion-simple-gpt-4'])(
    'mbpp/%s: by the tests of its records every execution label is met',
    async (model) => {
      using folder = makeTemporaryFolder();
      linkPackages(folder);
      const path = join(root, 'generations', 'mbpp', `${model}.jsonl.gz`);
      // The records are the benchmark: MultiPL-E's form of MBPP, whose tests are others than MBPP's.
      writeFileSync(folder.join('multipl-e.mjs'), multiplE(path));
      const { scores } = await judge([folder.join('multipl-e.mjs'), '--replies', path]);
      expect(scores).toHaveLength(397);
      expect(listDifferences(scores, await readExecutionLabels(model))).toEqual([]);
    },
  );

  test.each(['reflexion-gpt-4', 'reflexion-simple-gpt-4'])(
    "mbpp/%s: by MBPP's own tests every other label is explained",
    async (model) => {
      const replies = join(root, 'generations', 'mbpp', `${model}.jsonl.gz`);
      const { scores, sourceLabels } = await judge(['mbpp', '--set', 'all', '--replies', replies]);
      expect(scores).toHaveLength(397);
      expect(listDifferences(scores, sourceLabels)).toEqual(await readExplained('mbpp-all', model));
    },
  );

  test('all hundred samples of every eighth problem of CodeGen-16B have the verdict of their label', async () => {
    using folder = makeTemporaryFolder();
    const model = 'codet-codegen-16b-n100';
    const whole = join(root, 'generations', 'humaneval', `${model}.jsonl.gz`);
    const labels = await readExecutionLabels(model);
    const records = (await readAll<object>(whole)).filter((_, index) => index % 8 === 0);
    writeFileSync(folder.join('part.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    const args = [
      'humaneval',
      '--replies',
      folder.join('part.jsonl'),
      '--grader',
      'completion',
      '--graders',
      'completion',
    ];
    const { summary, scores } = await judge(args, 'completion@1');
    expect(scores).toHaveLength(2100);
    const explained = await readExplained('humaneval', model);
    expect(listDifferences(scores, labels).filter((key) => !explained.includes(key))).toEqual([]);
    expect(Object.keys(summary.passAtK)).toEqual(['1', '10', '100']);
    for (const [k, value] of Object.entries(summary.passAtK)) {
      const { low, high } = summary.passAtKIntervals[k] as { readonly low: number; readonly high: number };
      expect([low < value, value < high]).toEqual([true, true]);
    }
  }, 240_000);
});

/** What installing the packages beside the user's files comes to. */
function linkPackages(folder: TemporaryFolder): void {
  symlinkSync(join(import.meta.dirname, '..', 'node_modules'), folder.join('node_modules'), 'dir');
}

function multiplE(path: string): string {
  return `
import { defineBenchmark } from '@scalequest/eval';
import { z } from 'zod';
export default defineBenchmark({
  name: 'multipl-e-mbpp',
  data: ${JSON.stringify(path)},
  row: z.object({ name: z.string(), prompt: z.string(), entry_point: z.string(), test: z.string() }),
  parse: ({ name, prompt, entry_point: entryPoint, test }) => ({
    id: name.replace(/^mbpp_(\\d+)_.*/, 'Mbpp/$1'),
    problem: prompt,
    reference: prompt,
    code: { entryPoint, prompt: '', tests: { base: test } },
  }),
  tests: 'base',
});
`;
}
