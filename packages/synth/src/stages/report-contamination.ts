import { z } from 'zod';
import { readManifest } from '../engine/manifest.ts';
import { readRecipeRecord } from '../engine/run-folder.ts';
import { readDropped } from '../engine/shard-files.ts';

/** What a decontamination found of one benchmark. */
export interface BenchmarkContamination {
  readonly benchmark: string;
  /** How many problems it has; undefined where it is not pinned. */
  readonly problems: number | undefined;
  /** SHA-256 of the rows that were checked against; undefined where it is not pinned. */
  readonly rowsSha256: string | undefined;
  /** Of its problems: found in the rows, all of which were dropped. */
  readonly problemsFound: number;
  /** Share of its problems that were in no row, 0 to 1; undefined where it is not pinned. */
  readonly cleanShare: number | undefined;
  /** Rows that held one of its problems, by the way in which it was found. */
  readonly rowsDropped: Readonly<Record<string, number>>;
}

export interface ContaminationReport {
  readonly stage: string;
  readonly renumbered: boolean;
  readonly benchmarks: readonly BenchmarkContamination[];
  /** Benchmarks that the recipe left out by name. */
  readonly notChecked: readonly string[];
}

const settingsSchema = z.object({
  benchmarks: z.array(
    z.object({ benchmark: z.string(), problems: z.number().nullable(), rowsSha256: z.string().nullable() }),
  ),
  without: z.array(z.string()),
  renumbered: z.boolean(),
});
const stagesSchema = z.array(z.object({ stage: z.string(), settings: z.unknown() }));
const find = z.object({ benchmark: z.string(), id: z.string(), by: z.string() });
const becauseSchema = find.extend({ also: z.array(find).optional() });

/**
 * What a dataset's card says of its decontamination: which benchmarks the rows were checked against and what was found, like the
 * paper's table of leaks. Of a run that goes on still, so far.
 *
 * @param stage name of the stage
 * @returns undefined where the recipe has no such stage
 * @throws SynthError `RECIPE_UNREADABLE`, `MANIFEST_DAMAGED`, `SHARD_DAMAGED`
 * @example
 * const report = await reportContamination('runs/questions');
 * // report.benchmarks[0]: { benchmark: 'math', problems: 5000, problemsFound: 12, cleanShare: 0.9976, ... }
 */
export async function reportContamination(
  folder: string,
  stage = 'decontaminate',
): Promise<ContaminationReport | undefined> {
  const { identity } = await readRecipeRecord(folder);
  const stages = stagesSchema.safeParse(identity.stages);
  const settings = settingsSchema.safeParse(stages.data?.find((one) => one.stage === stage)?.settings);
  if (!settings.success) return undefined;
  const found = new Map(
    settings.data.benchmarks.map(({ benchmark }) => [
      benchmark,
      { ids: new Set<string>(), rows: new Map<string, number>() },
    ]),
  );
  for await (const entry of readManifest(folder)) {
    if (entry.stage !== stage) continue;
    for (const { because } of await readDropped(folder, entry)) {
      const parsed = becauseSchema.safeParse(because);
      if (!parsed.success) continue;
      const { also = [], ...first } = parsed.data;
      const counted = new Set<string>();
      for (const { benchmark, id, by } of [first, ...also]) {
        const of = found.get(benchmark);
        of?.ids.add(id);
        if (!counted.has(benchmark)) of?.rows.set(by, (of.rows.get(by) ?? 0) + 1);
        counted.add(benchmark);
      }
    }
  }
  const benchmarks = settings.data.benchmarks.map(({ benchmark, problems, rowsSha256 }): BenchmarkContamination => {
    const { ids, rows } = found.get(benchmark) ?? { ids: new Set(), rows: new Map() };
    return {
      ...{ benchmark, problems: problems ?? undefined, rowsSha256: rowsSha256 ?? undefined, problemsFound: ids.size },
      cleanShare: problems === null ? undefined : 1 - ids.size / problems,
      rowsDropped: Object.fromEntries([...rows].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  });
  return { stage, renumbered: settings.data.renumbered, benchmarks, notChecked: settings.data.without };
}
