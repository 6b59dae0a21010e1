import { SynthError } from '../errors.ts';
import { listStagesOf } from './funnel.ts';
import { readManifest } from './manifest.ts';
import type { Fields, Row } from './row.ts';
import { type RecipeRecord, readRecipeRecord } from './run-folder.ts';
import { readKept, type SealedShard, type ShardPlace } from './shard-files.ts';

/**
 * The rows that passed every stage, with all their fields: of each generator, in the recipe's order, the first ones up to
 * as many as are wanted. Of a run that goes on still, those that are sure.
 *
 * @throws SynthError `RECIPE_UNREADABLE`, `MANIFEST_DAMAGED`, `SHARD_DAMAGED`
 */
export async function* readDataset(folder: string): AsyncGenerator<Row> {
  const record = await readRecipeRecord(folder);
  const done = await readSealed(folder);
  for (const generator of record.generators) {
    let left = generator.accept === 'all' ? Number.POSITIVE_INFINITY : generator.accept;
    const stages = listStagesOf(record, generator.name);
    for (let number = 0; left > 0; number++) {
      const sealed = stages.map((stage) => done.get(formatPlace({ stage, generator: generator.name, number })));
      if (sealed.includes(undefined)) break;
      for await (const row of readShard(folder, sealed as readonly SealedShard[])) {
        if (left === 0) break;
        left -= 1;
        yield row;
      }
    }
  }
}

/**
 * Every row that a stage kept, with what it and the stages before it gave, whatever became of the row behind it: of each generator, in the
 * recipe's order, also those beyond what was wanted. For whoever asks what another choice behind that stage would have made.
 *
 * @throws SynthError `RECIPE_UNREADABLE`, `MANIFEST_DAMAGED`, `SHARD_DAMAGED`; `INVALID_OPTION` for a stage that the run has not
 * @example
 * for await (const { fields } of readStage('runs/nano', 'check')) console.log(fields.responses);
 */
export async function* readStage(folder: string, stage: string): AsyncGenerator<Row> {
  const record = await readRecipeRecord(folder);
  const done = await readSealed(folder);
  if (!record.stages.some(({ name }) => name === stage)) throw unknownStage(stage, record);
  for (const { name: generator } of record.generators) {
    const all = listStagesOf(record, generator);
    const stages = all.slice(0, all.indexOf(stage) + 1);
    if (stages.length === 0) continue;
    for (let number = 0; ; number++) {
      const sealed = stages.map((one) => done.get(formatPlace({ stage: one, generator, number })));
      if (sealed.includes(undefined)) break;
      yield* readShard(folder, sealed as readonly SealedShard[]);
    }
  }
}

async function readSealed(folder: string): Promise<ReadonlyMap<string, SealedShard>> {
  const done = new Map<string, SealedShard>();
  for await (const { stage, generator, number, sha256 } of readManifest(folder)) {
    done.set(formatPlace({ stage, generator, number }), { stage, generator, number, sha256 });
  }
  return done;
}

function unknownStage(stage: string, { stages }: RecipeRecord): SynthError {
  return new SynthError({
    code: 'INVALID_OPTION',
    kind: 'request',
    what: `The run has no stage '${stage}'.`,
    next: `Its stages are ${stages.map(({ name }) => name).join(', ')}.`,
    fields: { stage },
  });
}

function formatPlace({ stage, generator, number }: ShardPlace): string {
  return `${stage}/${generator}/${number}`;
}

/** @param sealed - one shard, after each of its stages */
async function* readShard(folder: string, sealed: readonly SealedShard[]): AsyncGenerator<Row> {
  const [last, ...earlier] = sealed.toReversed();
  if (last === undefined) return;
  const kept = await readKept(folder, last);
  const rows = new Map<number, Fields[]>(kept.map(({ index, fields }) => [index, [fields]]));
  for (const shard of earlier) {
    for (const { index, fields } of await readKept(folder, shard)) rows.get(index)?.unshift(fields);
  }
  for (const [index, parts] of rows) {
    yield { generator: last.generator, index, fields: Object.assign({}, ...parts) };
  }
}
