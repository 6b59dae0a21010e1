import { realpath } from 'node:fs/promises';
import { excerpt } from '@scalequest/core';
import type { LoadedBenchmark, Problem } from '@scalequest/datasets';
import type { Task } from '../benchmarks/task.ts';
import type { ReadRun } from '../comparison/read-run.ts';
import { EvaluationError } from '../errors.ts';
import type { Outcome } from '../outcomes/outcome.ts';
import type { Grader } from '../pipeline/grader.ts';
import { isSourceLabel, nameSourceLabel, sourceLabelGrader } from '../pipeline/source-label.ts';
import type { ForeignLog } from './foreign-log.ts';
import { describeForeignProtocol, type MappedLog, mapLog, readLabel } from './map-log.ts';
import { unmappedError } from './unmapped-error.ts';

/** The problems that a log is compared on, under the name that the result of a run gives them. */
export interface ComparedProblems extends Pick<LoadedBenchmark, 'name' | 'rowsSha256' | 'problems' | 'appliedFixes'> {
  readonly task: Pick<Task, 'verify'>;
  /**
   * Opens a grader of ours.
   *
   * @param name - such as `ours` or `dart@1`; by default the benchmark's own
   */
  readonly openGrader: (name: string | undefined) => Promise<Grader>;
}

export interface ReadLogRunInput {
  readonly log: ForeignLog;
  readonly benchmark: ComparedProblems;
  /**
   * Whose scores to read: a grader of ours, which judges the replies anew; `source-label`, the log's first grader; or
   * `source-label.NAME`. @defaultValue the benchmark's own grader
   */
  readonly grader?: string | undefined;
}

/**
 * Reads a log of another system as a run.
 *
 * @throws EvaluationError `UNKNOWN_GRADER`, `UNMAPPED_SAMPLES` (none can be mapped), `FOREIGN_LOG_UNREADABLE`
 */
export async function readLogRun(
  path: string,
  { log, benchmark, grader }: ReadLogRunInput,
): Promise<{ readonly run: ReadRun; readonly mapped: MappedLog }> {
  const mapped = await mapLog(log, benchmark.problems);
  if (mapped.samples.length === 0) throw unmappedError(path, { mapped, benchmark: benchmark.name });
  const asked = new Set(mapped.samples.map(({ id }) => id));
  const epochs = mapped.samples.reduce((most, { epoch }) => Math.max(most, epoch + 1), 1);
  const isOwn = grader !== undefined && isSourceLabel(grader);
  const judged = isOwn
    ? { grader, outcomes: readLabels(mapped, chooseGrader(path, mapped, grader)), goldFixes: [] }
    : await judgeLog(mapped, { benchmark, grader, asked, epochs });
  const protocol = describeForeignProtocol(log);
  const head = {
    benchmark: benchmark.name,
    model: log.model,
    protocol: protocol?.label ?? null,
    protocolSha256: protocol?.sha256 ?? null,
    rowsSha256: benchmark.rowsSha256,
    goldFixes: judged.goldFixes,
    grader: judged.grader,
    problems: asked.size,
    epochs,
    samples: asked.size * epochs,
    isComplete: log.isComplete,
  };
  const run = {
    folder: path,
    realPath: await realpath(path),
    head,
    grader: judged.grader,
    problems: judged.outcomes,
    judged: [...judged.outcomes.values()].reduce((sum, { size }) => sum + size, 0),
  };
  return { run, mapped };
}

type Outcomes = Map<string, Map<number, Outcome>>;

function setOutcome(outcomes: Outcomes, { id, epoch }: { id: string; epoch: number }, outcome: Outcome): void {
  outcomes.set(id, (outcomes.get(id) ?? new Map<number, Outcome>()).set(epoch, outcome));
}

function readLabels({ samples }: MappedLog, grader: string): Outcomes {
  const outcomes: Outcomes = new Map();
  for (const sample of samples) {
    const outcome = readLabel(sample, grader);
    if (outcome !== undefined) setOutcome(outcomes, sample, outcome);
  }
  return outcomes;
}

interface JudgeLogInput {
  readonly benchmark: ComparedProblems;
  readonly grader: string | undefined;
  readonly asked: ReadonlySet<string>;
  readonly epochs: number;
}

/** Replies that may wait for a verdict: enough for full batches, few enough to stay flat. */
const maxWaiting = 512;

/** Judges the replies as `scalequest score` does: an epoch that a problem lacks is an error. */
async function judgeLog(
  { readSamples }: MappedLog,
  { benchmark, grader: name, asked, epochs }: JudgeLogInput,
): Promise<{ readonly grader: string; readonly outcomes: Outcomes; readonly goldFixes: readonly string[] }> {
  const grader = await benchmark.openGrader(name);
  const problems = new Map(benchmark.problems.map((problem) => [problem.id, problem]));
  const outcomes: Outcomes = new Map();
  for (const id of asked) for (let epoch = 0; epoch < epochs; epoch++) setOutcome(outcomes, { id, epoch }, 'error');
  const waiting = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  for await (const { id, epoch, reply, finishReason, error } of readSamples()) {
    if (failure !== undefined) throw failure.error;
    if (error !== undefined) continue;
    const record = { id, epoch, reply, finishReason };
    const work = grader
      .grade({ record, problem: problems.get(id) as Problem, task: benchmark.task })
      .then(({ outcome }) => setOutcome(outcomes, record, outcome))
      .catch((cause: unknown) => {
        failure ??= { error: cause };
      })
      .finally(() => waiting.delete(work));
    waiting.add(work);
    if (waiting.size >= maxWaiting) await Promise.race(waiting);
  }
  await Promise.all(waiting);
  if (failure !== undefined) throw failure.error;
  return { grader: grader.label, outcomes, goldFixes: benchmark.appliedFixes };
}

function chooseGrader(path: string, { log, graders, unclear }: MappedLog, grader: string): string {
  const [first] = graders;
  const found = grader === sourceLabelGrader ? first : graders.find((name) => nameSourceLabel(name) === grader);
  if (found !== undefined) return found;
  const names = graders.map(nameSourceLabel);
  const open = Object.keys(unclear);
  throw new EvaluationError({
    code: 'UNKNOWN_GRADER',
    kind: 'request',
    what: `The log '${path}' has no scores of the grader ${excerpt(grader)}.`,
    why:
      names.length > 0
        ? `${log.system} judged it by: ${names.join(', ')}.`
        : `No score in it says right or wrong of one reply${open.length === 0 ? '' : `: ${open.join(', ')}`}.`,
    next: 'Give --grader one of these, or have a grader of ours judge the replies: --grader ours.',
    fields: { path, grader },
  });
}
