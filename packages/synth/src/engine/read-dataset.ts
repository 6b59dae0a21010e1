import { listStagesOf } from './funnel.ts';
import { readManifest } from './manifest.ts';
import type { Fields, Row } from './row.ts';
import { readRecipeRecord } from './run-folder.ts';
import { readKept, type SealedShard, type ShardPlace } from './shard-files.ts';

/**
 * The rows that passed every stage, with all their fields: of each generator, in the recipe's order, the first ones up to
 * as many as are wanted. Of a run that goes on still, those that are sure.
 *
 * @throws SynthError `RECIPE_UNREADABLE`, `MANIFEST_DAMAGED`, `SHARD_DAMAGED`
 */
export async function* readDataset(folder: string): AsyncGenerator<Row> {
  const record = await readRecipeRecord(folder);
  const done = new Map<string, SealedShard>();
  for await (const { stage, generator, number, sha256 } of readManifest(folder)) {
    done.set(formatPlace({ stage, generator, number }), { stage, generator, number, sha256 });
  }
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
