import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedBenchmark } from '@scalequest/datasets';
import { readRunDescription, runFiles } from '@scalequest/runs';
import { z } from 'zod';
import { type ReadRun, readRun } from '../comparison/read-run.ts';
import { EvaluationError } from '../errors.ts';
import type { Cost } from '../outcomes/summary.ts';
import type { TokenCounts } from '../outcomes/tally.ts';
import { isSourceLabel, sourceLabelGrader } from '../pipeline/source-label.ts';
import { computeIdsSha256 } from './ids-sha256.ts';
import { countLetters, limits, listMarks } from './letters.ts';
import { outcomeLetters, type ResultFile } from './result-file.ts';

export interface MakeResultInput {
  /** A run folder. */
  readonly folder: string;
  /** The benchmark of the run: its order is that of the letters. */
  readonly benchmark: Pick<LoadedBenchmark, 'problems' | 'rowsSha256'>;
  /** Of recorded replies: where they come from and what their licence is. */
  readonly source?: ResultFile['source'];
}

export interface MadeResult {
  readonly result: ResultFile;
  /** Graders that have not judged every sample: they are not in the result. */
  readonly leftOut: readonly string[];
}

/** What a result takes from a summary beyond what a comparison needs. */
const summarySchema: z.ZodType<{
  readonly replies: 'asked' | 'recorded';
  readonly benchmarkProblems: number;
  readonly tokens: TokenCounts | null;
  readonly cost: Cost | null;
}> = z.object({
  replies: z.enum(['asked', 'recorded']),
  benchmarkProblems: z.number().int(),
  tokens: z.object({ prompt: z.number(), completion: z.number() }).nullable(),
  cost: z.object({ total: z.number(), priceIn: z.number(), priceOut: z.number() }).nullable(),
});

const text: z.ZodType<Readonly<Record<string, unknown>>> = z.record(z.string(), z.unknown());

/**
 * Turns a finished run of a whole benchmark into a result file: figures, and a letter for each sample.
 *
 * @throws EvaluationError `NOT_A_RUN`, `NOT_FOR_LEADERBOARD` (not finished, a part of the benchmark, too many errors, other
 *   problems, recorded replies without their source)
 */
export async function makeResult({ folder, benchmark, source }: MakeResultInput): Promise<MadeResult> {
  const run = await readRun(folder);
  const { head } = run;
  const summary = summarySchema.parse(JSON.parse(await readFile(join(folder, runFiles.summary), 'utf8')));
  requireWhole(run, { benchmarkProblems: summary.benchmarkProblems, benchmark });
  if (summary.replies === 'recorded' && source === undefined) throw noSourceError(folder);
  const others = await Promise.all(
    (await listGraders(folder)).filter((name) => name !== head.grader).map((name) => readRun(folder, name)),
  );
  const whole = [run, ...others.filter(({ judged }) => judged === head.samples)];
  const ids = benchmark.problems.map(({ id }) => id);
  const outcomes = Object.fromEntries(whole.map((judged) => [judged.grader, writeLetters(judged, ids)]));
  const counts = countLetters(outcomes[head.grader] ?? []);
  if (counts.error > limits.error * head.samples) throw tooManyErrorsError(run, counts.error);
  const { model, rowsSha256, goldFixes, problems, epochs, grader } = head;
  return {
    result: {
      format: 1,
      benchmark: head.benchmark,
      model,
      replies: summary.replies,
      ...(source === undefined ? {} : { source }),
      protocol: await readProtocol(run),
      rowsSha256,
      goldFixes,
      problems,
      benchmarkProblems: summary.benchmarkProblems,
      idsSha256: computeIdsSha256(ids),
      epochs,
      grader,
      correct: counts.correct,
      accuracy: counts.correct / head.samples,
      marks: listMarks(counts, head.samples),
      outcomes,
      tokens: summary.tokens,
      cost: summary.cost,
    },
    leftOut: others.filter(({ judged }) => judged !== head.samples).map((other) => other.grader),
  };
}

async function listGraders(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, runFiles.scores));
  return (
    names
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => name.slice(0, -'.jsonl'.length))
      // Of a source's several graders the first is its label on the board; the others are no graders of ours.
      .filter((name) => name === sourceLabelGrader || !isSourceLabel(name))
      .sort()
  );
}

function writeLetters({ problems, head, grader, folder }: ReadRun, ids: readonly string[]): readonly string[] {
  return Array.from({ length: head.epochs }, (_, epoch) =>
    ids
      .map((id) => {
        const outcome = problems.get(id)?.get(epoch);
        if (outcome !== undefined) return outcomeLetters[outcome];
        const where = `'${id}', epoch ${epoch}, by ${grader}`;
        throw refuse(folder, `It has no outcome of ${where}.`, `Judge it again: \`scalequest score ${folder}\`.`);
      })
      .join(''),
  );
}

/** The protocol's whole text, which a run keeps beside its hash. */
async function readProtocol({ folder, head }: ReadRun): Promise<ResultFile['protocol']> {
  if (head.protocol === null || head.protocolSha256 === null) return null;
  const description = await readRunDescription(folder);
  const { protocol: declared } = z
    .object({ protocol: z.object({ text: text.optional() }).nullish() })
    .parse(description?.details ?? {});
  const found = declared?.text ?? text.safeParse(description?.identity.protocol).data;
  if (found === undefined) {
    throw refuse(folder, `Its run.json has no text of the protocol ${head.protocol}.`, 'Score the replies again.');
  }
  return { label: head.protocol, sha256: head.protocolSha256, text: found };
}

function requireWhole(
  { folder, head, judged }: ReadRun,
  {
    benchmarkProblems,
    benchmark,
  }: { readonly benchmarkProblems: number; readonly benchmark: MakeResultInput['benchmark'] },
): void {
  if (!head.isComplete || judged < head.samples) {
    throw refuse(
      folder,
      `It is not finished: ${judged} of its ${head.samples} samples are judged.`,
      'Run its command again to finish it.',
    );
  }
  if (head.problems !== benchmarkProblems) {
    throw refuse(
      folder,
      `It covers ${head.problems} of the ${benchmarkProblems} problems of ${head.benchmark}.`,
      'Run the whole benchmark: a part of it is no score of it.',
    );
  }
  if (head.rowsSha256 !== benchmark.rowsSha256) {
    throw refuse(
      folder,
      `Its rows have the hash ${head.rowsSha256.slice(0, 12)}, those here ${benchmark.rowsSha256.slice(0, 12)}.`,
      'Give the data that it was made from: --data-dir DIR.',
    );
  }
}

function tooManyErrorsError({ folder, head }: ReadRun, errors: number): EvaluationError {
  return refuse(
    folder,
    `${errors} of its ${head.samples} samples are errors, and a row may have ${100 * limits.error} %.`,
    'Ask them again: run its command once more with --retry-errors.',
  );
}

function noSourceError(folder: string): EvaluationError {
  return refuse(
    folder,
    'Its replies were recorded elsewhere, and nobody says where.',
    "Say it: --source 'owner/name:path@commit' --licence MIT, and --note for what a reader must know.",
  );
}

function refuse(folder: string, why: string, next: string): EvaluationError {
  return new EvaluationError({
    code: 'NOT_FOR_LEADERBOARD',
    kind: 'request',
    what: `The run '${folder}' cannot be a row of the leaderboard.`,
    why,
    next,
    fields: { folder },
  });
}
