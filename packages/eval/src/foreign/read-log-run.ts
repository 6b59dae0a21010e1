import { realpath } from 'node:fs/promises';
import { excerpt } from '@scalequest/core';
import type { LoadedBenchmark } from '@scalequest/datasets';
import type { ReadRun } from '../comparison/read-run.ts';
import { EvaluationError } from '../errors.ts';
import type { Outcome } from '../outcomes/outcome.ts';
import { nameSourceLabel, sourceLabelGrader } from '../pipeline/source-label.ts';
import type { ForeignLog } from './foreign-log.ts';
import { describeForeignProtocol, type MappedLog, mapLog } from './map-log.ts';
import { unmappedError } from './unmapped-error.ts';

/**
 * Reads a log of another system as a run: the scores are the system's own.
 *
 * @param grader - `source-label`, which is the log's first grader, or `source-label.NAME`
 * @throws EvaluationError `UNKNOWN_GRADER`, `UNMAPPED_SAMPLES` (none can be mapped), `FOREIGN_LOG_UNREADABLE`
 */
export async function readLogRun(
  path: string,
  {
    log,
    benchmark,
    grader,
  }: { readonly log: ForeignLog; readonly benchmark: ComparedProblems; readonly grader?: string | undefined },
): Promise<{ readonly run: ReadRun; readonly mapped: MappedLog }> {
  const mapped = await mapLog(log, benchmark.problems);
  if (mapped.mapped === 0) throw unmappedError(path, { mapped, benchmark: benchmark.name });
  const name = chooseGrader(path, mapped, grader);
  const problems = new Map<string, Map<number, Outcome>>();
  const asked = new Set<string>();
  let epochs = 1;
  let judged = 0;
  for await (const { id, epoch, verdicts, error } of mapped.readSamples()) {
    asked.add(id);
    epochs = Math.max(epochs, epoch + 1);
    const outcome = error === undefined ? verdicts[name] : 'error';
    if (outcome === undefined) continue;
    judged++;
    problems.set(id, (problems.get(id) ?? new Map<number, Outcome>()).set(epoch, outcome));
  }
  const protocol = describeForeignProtocol(log);
  const head = {
    benchmark: benchmark.name,
    model: log.model,
    protocol: protocol?.label ?? null,
    protocolSha256: protocol?.sha256 ?? null,
    rowsSha256: benchmark.rowsSha256,
    goldFixes: [],
    grader: sourceLabelGrader,
    problems: asked.size,
    epochs,
    samples: mapped.mapped,
    isComplete: log.isComplete,
  };
  const run = {
    folder: path,
    realPath: await realpath(path),
    head,
    grader: grader ?? sourceLabelGrader,
    problems,
    judged,
  };
  return { run, mapped };
}

/** The problems that a log is compared on, under the name that the result of a run gives them. */
export type ComparedProblems = Pick<LoadedBenchmark, 'name' | 'rowsSha256' | 'problems'>;

function chooseGrader(path: string, { log, graders, unclear }: MappedLog, grader = sourceLabelGrader): string {
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
    next: `Give --grader one of these, or have our graders judge the replies: \`scalequest score BENCHMARK --replies ${path}\`.`,
    fields: { path, grader },
  });
}
