import { readManifest } from './manifest.ts';
import type { Generator } from './recipe.ts';
import type { Fields, Row } from './row.ts';
import { type RecipeRecord, readRecipeRecord } from './run-folder.ts';
import { readKept } from './shard-files.ts';

/**
 * The rows that passed every stage, with all their fields: of each generator, in the recipe's order, the first ones up to
 * as many as are wanted. Of a run that goes on still, those that are sure.
 *
 * @throws SynthError `RECIPE_UNREADABLE`, `MANIFEST_DAMAGED`, `SHARD_DAMAGED`
 */
export async function* readDataset(folder: string): AsyncGenerator<Row> {
  const record = await readRecipeRecord(folder);
  const done = new Set<string>();
  for await (const { stage, generator, number } of readManifest(folder)) done.add(`${stage}/${generator}/${number}`);
  for (const generator of record.generators) {
    let left = generator.accept === 'all' ? Number.POSITIVE_INFINITY : generator.accept;
    const stages = listStages(record, generator);
    for (let number = 0; left > 0; number++) {
      if (!done.has(`${stages.at(-1)}/${generator.name}/${number}`)) break;
      for await (const row of readShard(folder, { generator, number, stages })) {
        if (left === 0) break;
        left -= 1;
        yield row;
      }
    }
  }
}

function listStages({ stages }: RecipeRecord, { name }: Generator): readonly string[] {
  return stages.filter(({ generators }) => generators?.includes(name) ?? true).map((stage) => stage.name);
}

async function* readShard(
  folder: string,
  {
    generator: { name: generator },
    number,
    stages,
  }: { readonly generator: Generator; readonly number: number; readonly stages: readonly string[] },
): AsyncGenerator<Row> {
  const [last, ...earlier] = stages.toReversed();
  if (last === undefined) return;
  const kept = await readKept(folder, { stage: last, generator, number });
  const rows = new Map<number, Fields[]>(kept.map(({ index, fields }) => [index, [fields]]));
  for (const stage of earlier) {
    for (const { index, fields } of await readKept(folder, { stage, generator, number }))
      rows.get(index)?.unshift(fields);
  }
  for (const [index, parts] of rows) yield { generator, index, fields: Object.assign({}, ...parts) };
}
