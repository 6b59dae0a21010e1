import { describeCloseNames } from '@scalequest/core';
import type { LoadedBenchmark, Problem } from '@scalequest/datasets';
import { type JournalRecord, readJournal } from '@scalequest/runs';
import { explain, type VerifyOptions, type VerifyReplyInput, type VerifyReplyResult } from '@scalequest/verifier';
import type { Task } from '../benchmarks/task.ts';
import { EvaluationError } from '../errors.ts';
import type { Score } from '../outcomes/outcome.ts';
import { type Grader, oursGrader } from './grader.ts';
import { type RecordedRun, requireSameRows } from './recorded-run.ts';

export interface ExplainSampleOptions {
  readonly run: RecordedRun;
  readonly task: Task;
  readonly benchmark: LoadedBenchmark;
  readonly id: string;
  readonly epoch: number;
  readonly graders: readonly Grader[];
  /** Says what our own grader rests on. */
  readonly verifier: {
    readonly verify: (input: VerifyReplyInput & { readonly options?: VerifyOptions }) => Promise<VerifyReplyResult>;
  };
}

/** Why a sample has its outcome. */
export interface SampleExplanation {
  readonly benchmark: string;
  readonly id: string;
  readonly epoch: number;
  readonly problem: string;
  readonly references: readonly string[];
  readonly finishReason: string;
  /** Why there is no reply, where there is none. */
  readonly error?: { readonly code: string; readonly message: string };
  readonly reply: string;
  readonly views: readonly GraderView[];
}

/** What one grader makes of the reply. */
export interface GraderView {
  readonly grader: string;
  readonly score: Score;
  /** Where the answer stands in the reply; left out where the grader found none, or rewrote what it took. */
  readonly excerpt?: { readonly before: string; readonly answer: string; readonly after: string };
  /** Of a grader that runs programs: the program that it finds in the reply. */
  readonly program?: string | undefined;
  /** The line of the tests that decided against it, where one did. */
  readonly test?: string | undefined;
  /** Of our own grader: what the verdict rests on, in sentences. */
  readonly why?: string;
  readonly proof?: string;
}

/** Letters of the reply that are shown on each side of the answer. */
const contextLength = 120;

/**
 * Judges one sample of a run again and says how: what each grader took from the reply, by which of its rules, and what
 * the verdict of our own rests on.
 *
 * @throws EvaluationError `UNKNOWN_SAMPLE`, `OTHER_PROBLEMS`
 */
export async function explainSample(options: ExplainSampleOptions): Promise<SampleExplanation> {
  const { run, task, benchmark, id, epoch, graders } = options;
  requireSameRows(run, benchmark);
  const problem = benchmark.problems.find((one) => one.id === id);
  if (problem === undefined) throw unknownIdError(id, benchmark);
  const record = await findRecord(options);
  const views: GraderView[] = [];
  if (record.error === undefined) {
    for (const grader of graders) views.push(await view({ grader, record, problem, options }));
  }
  return {
    benchmark: task.name,
    id,
    epoch,
    problem: problem.problem,
    references: [problem.reference, ...(problem.otherReferences ?? [])],
    finishReason: record.finishReason,
    ...(record.error === undefined ? {} : { error: record.error }),
    reply: record.reply,
    views,
  };
}

interface ViewInput {
  readonly grader: Grader;
  readonly record: JournalRecord;
  readonly problem: Problem;
  readonly options: ExplainSampleOptions;
}

async function view({ grader, record, problem, options }: ViewInput): Promise<GraderView> {
  const { task, verifier } = options;
  const score = await grader.grade({ record, problem, task });
  const program = grader.findProgram?.({ reply: record.reply, problem });
  const base = {
    grader: grader.label,
    score,
    ...findExcerpt(record.reply, score),
    ...(program === undefined ? {} : { program }),
    ...findTestLine(problem, score),
  };
  if (grader.label !== oursGrader) return base;
  const settings = task.verify?.(problem);
  const references = [problem.reference, ...(problem.otherReferences ?? [])];
  const results: VerifyReplyResult[] = [];
  for (const reference of references) {
    results.push(
      await verifier.verify({
        reference,
        reply: record.reply,
        problem: problem.problem,
        ...(settings === undefined ? {} : { options: settings }),
      }),
    );
  }
  // The reference that decided; any does where all say the same.
  const result = results.find(({ verdict }) => verdict === score.verdict) ?? results[0];
  return result === undefined ? base : { ...base, why: explain(result), proof: result.proof };
}

function findExcerpt(reply: string, { answer, extraction }: Score): Pick<GraderView, 'excerpt'> {
  if (answer === undefined) return {};
  const start = extraction?.start ?? reply.lastIndexOf(answer);
  const end = extraction?.end ?? start + answer.length;
  if (start < 0 || end <= start) return {};
  return {
    excerpt: {
      before: reply.slice(Math.max(0, start - contextLength), start),
      answer: reply.slice(start, end),
      after: reply.slice(end, end + contextLength),
    },
  };
}

/** The sandbox names the line by its number: a message of its own may hold any text. */
function findTestLine({ code }: Problem, { check }: Score): Pick<GraderView, 'test'> {
  const number = /^line (\d+) of the tests/.exec(check?.detail ?? '')?.[1];
  const line = check === undefined ? undefined : code?.tests[check.tests]?.split('\n')[Number(number) - 1];
  return line === undefined ? {} : { test: line.trim() };
}

/** The last line of the sample that has a reply, else its error. */
async function findRecord({ run, id, epoch }: ExplainSampleOptions): Promise<JournalRecord> {
  let found: JournalRecord | undefined;
  const epochs: number[] = [];
  for await (const record of readJournal(run.folder)) {
    if (record.id !== id) continue;
    epochs.push(record.epoch);
    if (record.epoch === epoch && (found === undefined || found.error !== undefined)) found = record;
  }
  if (found !== undefined) return found;
  throw new EvaluationError({
    code: 'UNKNOWN_SAMPLE',
    kind: 'request',
    what: `The run in '${run.folder}' has no reply to '${id}' of epoch ${epoch}.`,
    why:
      epochs.length === 0
        ? 'That problem was not asked yet.'
        : `It has epoch${epochs.length === 1 ? '' : 's'} ${[...new Set(epochs)].sort((a, b) => a - b).join(', ')}.`,
    next: 'Give a sample of its journal.jsonl: an id, and --epoch N for a repeat.',
    fields: { folder: run.folder, id, epoch },
  });
}

function unknownIdError(id: string, { name, problems }: LoadedBenchmark): EvaluationError {
  const ids = problems.map((problem) => problem.id);
  return new EvaluationError({
    code: 'UNKNOWN_SAMPLE',
    kind: 'request',
    what: `Benchmark '${name}' has no problem '${id}'.`,
    why: describeCloseNames(id, ids),
    next: `Its ids read like '${ids[0]}'.`,
    fields: { id },
  });
}
