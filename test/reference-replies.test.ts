import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonLines } from '@scalequest/core';
import { loadBenchmark, type Problem } from '@scalequest/datasets';
import {
  evaluate,
  findProtocol,
  findTask,
  getScoresPath,
  oursGrader,
  resolveProtocol,
  type Score,
} from '@scalequest/eval';
import { createOpenAiClient, type ModelClient } from '@scalequest/models';
import { makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { verifyReply } from '@scalequest/verifier';
import { createVerifierPool, type VerifierPool } from '@scalequest/verifier/pool';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { editNames, mutateReference } from './support/mutate-reference.ts';
import { reformatReference, rewritingRules } from './support/reformat-reference.ts';

// No labelled replies are known for these benchmarks, so a server answers with what their own references say: written in
// other ways, which must all be correct, and with one thing changed, of which none may be.
const dataDir = process.env.SCALEQUEST_DATA_DIR;
/** Where to write the exceptions that were found, beside those that are listed. Optional. */
const reportFile = process.env.SCALEQUEST_REPLIES_REPORT;
const names = ['gsm-hard', 'college-math', 'olympiadbench', 'aime24', 'amc23'] as const;

/** A sample that is not as it must be, and why. `rule` is a rule of writing or an edit. */
interface Exception {
  readonly benchmark: string;
  readonly id: string;
  readonly kind: 'reformatted' | 'mutant';
  readonly rule: string;
  readonly outcome: string;
  readonly source: string;
}

const exceptions = readFileSync(join(import.meta.dirname, 'reference-replies.exceptions.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Exception);

let verifier: VerifierPool;
beforeAll(() => {
  verifier = createVerifierPool({ workers: 1 });
});
afterAll(() => verifier.close());

interface MadeReply {
  readonly rule: string;
  readonly reply: string;
}

interface Judged extends MadeReply {
  readonly id: string;
  readonly outcome: string;
}

/**
 * Asks the server for the replies, through the pipeline of `scalequest eval`. Each reply is a sample of its own: its
 * problem is there once for each of its replies, with the rule in its id.
 */
async function judge(name: string, make: (problem: Problem) => readonly MadeReply[]): Promise<readonly Judged[]> {
  using folder = makeTemporaryFolder();
  const task = findTask(name);
  const loaded = await loadBenchmark(task.benchmark, { dataDir, cacheDir: '/nonexistent' });
  const replies = new Map<string, MadeReply & { readonly problem: Problem }>();
  for (const problem of loaded.problems) {
    for (const made of make(problem)) replies.set(`${problem.id} ${made.rule}`, { ...made, problem });
  }
  const problems = [...replies].map(([id, { problem }]) => ({ ...problem, id }));
  // The server sees a text and a seed. Questions of CollegeMATH occur twice with different golds, so the seed is asked.
  const bySeed = new Map<number, string>();
  await using server = await startModelServer({ reply: ({ seed = -1 }) => bySeed.get(seed) ?? '' });
  const client = createOpenAiClient({ model: 'm', baseUrls: [server.baseUrl] });
  const knowing: ModelClient = {
    ...client,
    generate: (request, options) => {
      const { seed = -1 } = request.sampling;
      bySeed.set(seed, replies.get(request.key?.id ?? '')?.reply ?? '');
      return client.generate(request, options);
    },
  };
  const { summary } = await evaluate({
    task,
    benchmark: { ...loaded, problems, count: problems.length },
    protocol: resolveProtocol(findProtocol('scalequest@1')),
    client: knowing,
    modelIdentity: { name: 'm' },
    verifier,
    folder: folder.path,
  });
  await client.close();
  expect(summary).toMatchObject({ isComplete: true, samples: replies.size, outcomes: { error: 0 } });
  expect(new Set([...replies.values()].map(({ problem }) => problem.id)).size).toBeGreaterThan(loaded.count * 0.8);
  const judged: Judged[] = [];
  for await (const { value } of readJsonLines<Score>(getScoresPath(folder.path, oursGrader))) {
    const made = replies.get(value.id);
    if (made !== undefined)
      judged.push({ id: made.problem.id, rule: made.rule, reply: made.reply, outcome: value.outcome });
  }
  return judged;
}

/** Compares what is not as it must be with the list, and prints the counts. */
function compare(name: string, kind: Exception['kind'], judged: readonly Judged[]): void {
  const isWrong = ({ outcome }: Judged): boolean => (kind === 'mutant') === (outcome === 'correct');
  const found = judged.filter(isWrong);
  if (reportFile !== undefined) {
    writeFileSync(
      `${reportFile}.${name}.${kind}.jsonl`,
      found.map((sample) => `${JSON.stringify({ benchmark: name, kind, ...sample })}\n`).join(''),
    );
  }
  const counts = new Map<string, number>();
  for (const { outcome } of judged) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const shown = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  console.log(`${name}, ${kind}: ${judged.length} replies, ${shown}`);
  const print = ({ id, rule, outcome }: { readonly id: string; readonly rule: string; readonly outcome: string }) =>
    `${id} ${rule} ${outcome}`;
  const listed = exceptions.filter((exception) => exception.benchmark === name && exception.kind === kind);
  expect(found.map(print).sort()).toEqual(listed.map(print).sort());
}

/** References of our own, one at least for every rule and every edit. */
const ownReferences = [
  { reference: '$\\frac{3}{4}$' },
  { reference: '-12345' },
  { reference: '0.125' },
  { reference: '$x=5$' },
  { reference: '$-1,3$' },
  { reference: '$\\{1,2\\}$' },
  { reference: '$(1,\\sqrt{3}]\\cup[5, 6)$.' },
  { reference: '$(1,2)$' },
  { reference: '$30^{\\circ}$' },
  { reference: '$2 \\sqrt{7}$' },
  { reference: '$2 \\times 3^{2}$' },
  { reference: '$x \\leqslant 2$' },
  { reference: '$x^{2} + y$' },
  { reference: '45', unit: 'minute' },
];

test('every way of writing an answer is used and correct, and every edit is used and not correct', () => {
  const reformatted = ownReferences.flatMap(({ reference, unit = null }) =>
    reformatReference(reference, unit).map((made) => ({ ...made, reference })),
  );
  const mutants = ownReferences.flatMap(({ reference }) =>
    mutateReference(reference).map(({ edit, reply }) => ({ rule: edit, reply, reference })),
  );
  const isEqual = ({ reference, reply }: { readonly reference: string; readonly reply: string }): boolean =>
    verifyReply({ reference, reply }).verdict === 'equal';
  expect(reformatted.filter((made) => !isEqual(made))).toEqual([]);
  expect(mutants.filter(isEqual)).toEqual([]);
  expect(rewritingRules.filter((rule) => !reformatted.some((made) => made.rule === rule))).toEqual([]);
  expect(editNames.filter((edit) => !mutants.some(({ rule }) => rule === edit))).toEqual([]);
});

test.skipIf(dataDir === undefined).each(names)(
  '%s: the references written in other ways are all correct (needs SCALEQUEST_DATA_DIR)',
  async (name) => {
    const judged = await judge(name, ({ reference, meta }) =>
      reformatReference(reference, typeof meta.unit === 'string' ? meta.unit : null),
    );
    compare(name, 'reformatted', judged);
  },
  600_000,
);

test.skipIf(dataDir === undefined).each(names)(
  '%s: the references with one thing changed are never correct (needs SCALEQUEST_DATA_DIR)',
  async (name) => {
    const judged = await judge(name, ({ reference }) =>
      mutateReference(reference).map(({ edit, reply }) => ({ rule: edit, reply })),
    );
    compare(name, 'mutant', judged);
  },
  600_000,
);
