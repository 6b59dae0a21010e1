import type { ManifestEntry } from '../engine/manifest.ts';
import type { Usage } from '../engine/shard-models.ts';
import { planRun, type RunPlan } from './read-shards.ts';

export interface FunnelCounts {
  readonly rows: number;
  readonly kept: number;
  /** Rows by the reason for which they were dropped, the most frequent first. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** What a stage did to the rows of the shards that the dataset is made of. */
export interface FunnelStage extends FunnelCounts {
  readonly stage: string;
  /** Roles of the models that it asks. */
  readonly models: readonly string[];
  /** Of the whole run, shards beyond what was wanted included. Zeros where it asked none. */
  readonly usage: Usage;
  readonly generators: Readonly<Record<string, FunnelCounts>>;
}

export interface RunSummary {
  readonly recipe: string;
  readonly description: string;
  readonly form: string | undefined;
  readonly seed: number;
  /** With their settings, as far as the recipe gave them. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** In the recipe's order. */
  readonly stages: readonly FunnelStage[];
  /** Rows of the dataset by generator, in the recipe's order. */
  readonly accepted: Readonly<Record<string, number>>;
  readonly acceptedRows: number;
  /** Generators that have not given as many rows as were wanted: the run goes on, or they came to their end. */
  readonly unfinished: readonly {
    readonly generator: string;
    readonly accepted: number;
    readonly wanted: number | 'all';
  }[];
  /** Rows that passed every stage and are not in the dataset, since enough came before them. */
  readonly surplusRows: number;
  /** Rows that the first stage made or read. */
  readonly startedRows: number;
}

/**
 * The funnel of the run in a folder, also while it goes on.
 *
 * @throws SynthError `RECIPE_UNREADABLE`, `MANIFEST_DAMAGED`
 * @example
 * const { stages, acceptedRows } = await readRunSummary('runs/questions');
 */
export async function readRunSummary(folder: string): Promise<RunSummary> {
  return summarizeRun(await planRun(folder));
}

/** The funnel of a run, from its manifest. */
export function summarizeRun({ record, entries, shards }: RunPlan): RunSummary {
  const counted = shards.flatMap((shard) => shard.entries);
  const accepted = Object.fromEntries(
    record.generators.map(({ name }) => [
      name,
      shards.filter(({ generator }) => generator === name).reduce((sum, { take }) => sum + take, 0),
    ]),
  );
  const acceptedRows = Object.values(accepted).reduce((sum, rows) => sum + rows, 0);
  const passed = shards.reduce((sum, shard) => sum + (shard.entries.at(-1)?.kept ?? 0), 0);
  return {
    recipe: record.recipe,
    description: record.description,
    form: record.form,
    seed: record.seed,
    identity: record.identity,
    stages: record.stages.map(({ name, models = [] }) => {
      const own = counted.filter(({ stage }) => stage === name);
      const names = record.generators.map((generator) => generator.name);
      return {
        stage: name,
        models,
        ...addCounts(own),
        usage: addUsage(entries.filter(({ stage }) => stage === name)),
        generators: Object.fromEntries(
          names
            .filter((generator) => own.some((entry) => entry.generator === generator))
            .map((generator) => [generator, addCounts(own.filter((entry) => entry.generator === generator))]),
        ),
      };
    }),
    accepted,
    acceptedRows,
    unfinished: record.generators.flatMap(({ name, accept, rows = 0 }) => {
      const own = accepted[name] ?? 0;
      const begun = countBegun(shards.filter(({ generator }) => generator === name));
      const isAtEnd = accept === 'all' ? begun >= rows : own >= accept;
      return isAtEnd ? [] : [{ generator: name, accepted: own, wanted: accept }];
    }),
    surplusRows: passed - acceptedRows,
    startedRows: countBegun(shards),
  };
}

function countBegun(shards: RunPlan['shards']): number {
  return shards.reduce((sum, { entries }) => sum + (entries[0]?.rows ?? 0), 0);
}

function addCounts(entries: readonly ManifestEntry[]): FunnelCounts {
  const dropped: Record<string, number> = {};
  for (const entry of entries)
    for (const [reason, count] of Object.entries(entry.dropped)) dropped[reason] = (dropped[reason] ?? 0) + count;
  return {
    rows: entries.reduce((sum, { rows }) => sum + rows, 0),
    kept: entries.reduce((sum, { kept }) => sum + kept, 0),
    dropped: Object.fromEntries(Object.entries(dropped).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))),
  };
}

function addUsage(entries: readonly ManifestEntry[]): Usage {
  const usage = { requests: 0, promptTokens: 0, completionTokens: 0 };
  for (const { usage: used } of entries) {
    usage.requests += used?.requests ?? 0;
    usage.promptTokens += used?.promptTokens ?? 0;
    usage.completionTokens += used?.completionTokens ?? 0;
  }
  return usage;
}

/** The stages that compared rows with benchmarks, by their name or by what they dropped. */
export function listDecontaminations({ stages }: RunSummary): readonly string[] {
  const all = stages.filter(({ dropped, stage }) => stage.startsWith('decontaminate') || 'contaminated' in dropped);
  return all.map(({ stage }) => stage);
}
