import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { excerpt, pathExists } from '@scalequest/core';
import type { LoadedBenchmark, Problem } from '@scalequest/datasets';
import { createSampleTable, readJournal, readRunDescription, runFiles, type SampleTable } from '@scalequest/runs';
import { z } from 'zod';
import { EvaluationError } from '../errors.ts';
import { type Calls, callsSchema } from '../outcomes/calls.ts';
import type { Prices, Summary } from '../outcomes/summary.ts';
import { isSourceLabel } from './source-label.ts';

/** What a run folder says of itself: enough to judge its replies again. */
export interface RecordedRun {
  readonly folder: string;
  readonly kind: 'eval' | 'score';
  /** Name of the task. */
  readonly task: string;
  readonly rowsSha256: string;
  /** Whether the references were the corrected ones. */
  readonly hasGoldFixes: boolean;
  readonly model: string;
  /** Null for recorded replies of which nobody said how they were asked. */
  readonly protocol: { readonly label: string; readonly sha256: string } | null;
  /** The grader that the protocol names, where the run records it. */
  readonly protocolGrader: string | undefined;
  /** The problems and epochs that were asked last: earlier sessions may have asked more of either. */
  readonly extent: { readonly problems: number; readonly epochs: number };
  /** What the last summary says that the replies do not. */
  readonly summary: {
    readonly grader?: string;
    readonly prices?: Prices;
    readonly wallMs?: number;
    readonly calls?: Calls;
    readonly setAside?: Summary['setAside'];
  };
  /** Labels of the graders that have judged it. */
  readonly graders: readonly string[];
}

const identitySchema = z.object({
  rowsSha256: z.string(),
  goldFixes: z.array(z.string()),
  model: z.object({ name: z.string().optional(), model: z.string().optional() }),
  protocol: z.object({ grader: z.string().optional() }).optional(),
});

const detailsSchema = z.object({
  benchmark: z.object({ name: z.string() }),
  protocol: z.object({ label: z.string(), sha256: z.string() }).nullable(),
});

const summarySchema = z.object({
  grader: z.string().optional(),
  wallMs: z.number().optional(),
  cost: z.object({ priceIn: z.number(), priceOut: z.number() }).nullish(),
  calls: callsSchema.nullish().catch(null),
  setAside: z.record(z.string(), z.number()).optional().catch(undefined),
});

/**
 * Reads what a run folder says of itself.
 *
 * @throws EvaluationError `NOT_A_RUN`; RunsError `RUN_UNREADABLE`
 */
export async function readRecordedRun(folder: string): Promise<RecordedRun> {
  const description = await readRunDescription(folder);
  if (description === undefined) throw notARunError(folder, `There is no ${runFiles.description}.`);
  const identity = identitySchema.safeParse(description.identity);
  const details = detailsSchema.safeParse(description.details);
  if (!identity.success || !details.success) {
    throw notARunError(folder, `Its ${runFiles.description} holds: ${excerpt(JSON.stringify(description.identity))}`);
  }
  const { model, rowsSha256, goldFixes, protocol } = identity.data;
  const summary = await readSummary(folder);
  return {
    folder,
    kind: description.kind,
    task: details.data.benchmark.name,
    rowsSha256,
    hasGoldFixes: goldFixes.length > 0,
    model: model.name ?? model.model ?? 'unknown',
    protocol: details.data.protocol,
    protocolGrader: protocol?.grader,
    extent: description.asked ?? description.extent,
    summary: {
      ...(summary?.grader === undefined ? {} : { grader: summary.grader }),
      ...(summary?.wallMs === undefined ? {} : { wallMs: summary.wallMs }),
      ...(summary?.calls ? { calls: summary.calls } : {}),
      ...(summary?.setAside === undefined ? {} : { setAside: summary.setAside }),
      ...(summary?.cost ? { prices: { priceIn: summary.cost.priceIn, priceOut: summary.cost.priceOut } } : {}),
    },
    graders: await listGraders(folder),
  };
}

async function readSummary(folder: string): Promise<z.infer<typeof summarySchema> | undefined> {
  const path = join(folder, runFiles.summary);
  if (!(await pathExists(path))) return undefined;
  try {
    return summarySchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    // A summary can be made again from the journal.
    return undefined;
  }
}

async function listGraders(folder: string): Promise<string[]> {
  const path = join(folder, runFiles.scores);
  if (!(await pathExists(path))) return [];
  return (await readdir(path))
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => name.slice(0, -'.jsonl'.length))
    .filter((label) => !isSourceLabel(label))
    .sort();
}

/** The samples of a recorded run and their problems, which are the run's only if the rows are. */
export async function listRecordedSamples(
  run: RecordedRun,
  benchmark: LoadedBenchmark,
): Promise<{ readonly problems: readonly Problem[]; readonly samples: SampleTable }> {
  requireSameRows(run, benchmark);
  const problems = await listProblems(run, benchmark);
  return { problems, samples: createSampleTable({ ids: problems.map(({ id }) => id), epochs: run.extent.epochs }) };
}

/** @throws EvaluationError `OTHER_PROBLEMS`, where the rows are not those that the run was made from */
export function requireSameRows(run: RecordedRun, benchmark: LoadedBenchmark): void {
  if (benchmark.rowsSha256 !== run.rowsSha256) throw otherProblemsError(run, benchmark);
}

/** An evaluation asks from the first problem on; recorded replies are of any problems. */
async function listProblems(run: RecordedRun, { problems }: LoadedBenchmark): Promise<readonly Problem[]> {
  if (run.kind === 'eval') return problems.slice(0, run.extent.problems);
  const answered = new Set<string>();
  for await (const { id } of readJournal(run.folder)) answered.add(id);
  return problems.filter(({ id }) => answered.has(id));
}

export function notARunError(folder: string, why: string): EvaluationError {
  return new EvaluationError({
    code: 'NOT_A_RUN',
    kind: 'request',
    what: `Folder '${folder}' holds no run of a benchmark.`,
    why,
    next: 'Give the folder that `scalequest eval` or `scalequest score` named at its end.',
    fields: { folder },
  });
}

function otherProblemsError(run: RecordedRun, benchmark: LoadedBenchmark): EvaluationError {
  return new EvaluationError({
    code: 'OTHER_PROBLEMS',
    kind: 'request',
    what: `The run in '${run.folder}' is of other problems than '${benchmark.name}' has here.`,
    why: `Its rows have the hash ${run.rowsSha256.slice(0, 12)}, these ${benchmark.rowsSha256.slice(0, 12)}.`,
    next: 'Give the data that the run was made from: --data-dir DIR.',
    fields: { folder: run.folder },
  });
}
