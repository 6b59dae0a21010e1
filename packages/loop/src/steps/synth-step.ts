import { join } from 'node:path';
import { formatRowId, type Recipe, readDataset, runRecipe } from '@scalequest/synth';
import { synthRunFolder } from '../engine/loop-folder.ts';
import type { Fields, Step, StepContext } from '../engine/step.ts';
import { openInProcess } from '../models/open-in-process.ts';
import { describeModel, type ModelOpener, type StepModel } from '../models/step-model.ts';
import { writeRows } from './write-rows.ts';

export interface SynthStepOptions {
  readonly name: string;
  readonly recipe: (context: StepContext) => Promise<Recipe> | Recipe;
  /** Steps whose files the recipe reads, beside the models. @defaultValue none */
  readonly reads?: readonly string[];
  /** What decides the recipe, for the loop's identity. */
  readonly settings: Fields;
  /** Who answers for each role. */
  readonly models: Readonly<Record<string, StepModel>>;
  /** @defaultValue in this process */
  readonly open?: ModelOpener;
  /** Those that the rows keep. @defaultValue all */
  readonly fields?: readonly string[];
}

/**
 * A synthesis, as a run in the folder `run`. Leaves `rows`: JSON Lines of the dataset, each row with its id and its fields, in the order
 * of the dataset.
 */
export function synthStep(options: SynthStepOptions): Step {
  const { name, recipe, reads = [], settings, models, open = openInProcess, fields } = options;
  const steps = Object.values(models).flatMap((model) => ('step' in model ? [model.step] : []));
  const named = Object.fromEntries(Object.entries(models).map(([role, model]) => [role, describeModel(model)]));
  return {
    ...{ name, kind: 'synth', version: 1, after: [...new Set([...reads, ...steps])] },
    settings: { ...settings, models: named, ...(fields === undefined ? {} : { fields }) },
    run: async (context) => {
      const { folder, seed, stop, abort, tell, say } = context;
      const made = await recipe(context);
      const rewards = made.stages.flatMap((stage) => stage.rewards ?? []);
      const opened = await open({ models, rewards, context });
      try {
        const run = join(folder, synthRunFolder);
        const results = await runRecipe({
          ...{ recipe: made, folder: run, seed, models: opened.models, stop },
          signal: AbortSignal.any([abort, opened.failed]),
          onProgress: ({ accepted, wanted }) =>
            tell(wanted === undefined ? `${accepted} rows` : `${accepted} of ${wanted} rows`),
        });
        for (const { generator, accepted, rows, isComplete } of results)
          if (!isComplete)
            say(`Generator '${generator}' ended before there was enough: ${accepted} of its ${rows} rows passed.`);
        const { files } = await writeRows(listRows(run, fields), context);
        return {
          files,
          figures: {
            generators: results.map(({ generator, accepted, rows }) => ({ generator, accepted, rows })),
          },
        };
      } catch (error) {
        // What was given up since its server ended failed for that reason.
        opened.failed.throwIfAborted();
        throw error;
      } finally {
        await opened.close();
      }
    },
  };
}

async function* listRows(run: string, names: readonly string[] | undefined): AsyncGenerator<object> {
  for await (const row of readDataset(run)) {
    const fields =
      names === undefined
        ? row.fields
        : Object.fromEntries(names.flatMap((name) => (name in row.fields ? [[name, row.fields[name]]] : [])));
    yield { id: formatRowId(row), ...fields };
  }
}
