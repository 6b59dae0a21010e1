import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { hashFile } from '@scalequest/core';
import { createLlamaClient, type ModelClient } from '@scalequest/models';
import { formatRowId, type Recipe, type RecipeModel, readDataset, runRecipe } from '@scalequest/synth';
import type { Fields, Step, StepContext } from '../engine/step.ts';

export interface SynthStepOptions {
  readonly name: string;
  readonly recipe: (context: StepContext) => Promise<Recipe> | Recipe;
  /** Steps whose files the recipe reads, beside the models. @defaultValue none */
  readonly reads?: readonly string[];
  /** What decides the recipe, for the loop's identity. */
  readonly settings: Fields;
  /** Who answers for each role: the step whose `model` it is, or a GGUF file. */
  readonly models: Readonly<Record<string, { readonly step: string } | { readonly path: string }>>;
}

/** Of the run, in the folder of its step. */
export const synthRunFolder = 'run';

/**
 * A synthesis with models that trainings made, in this process. Leaves `rows`: JSON Lines of the dataset, each row with its id and all its
 * fields, in the order of the dataset.
 */
export function synthStep({ name, recipe, reads = [], settings, models }: SynthStepOptions): Step {
  const steps = Object.values(models).flatMap((model) => ('step' in model ? [model.step] : []));
  const named = Object.fromEntries(
    Object.entries(models).map(([role, model]) => [role, 'step' in model ? `step:${model.step}` : 'file']),
  );
  return {
    ...{ name, kind: 'synth', version: 1, after: [...new Set([...reads, ...steps])] },
    settings: { ...settings, models: named },
    run: async (context) => {
      const { folder, seed, getFile, stop, abort, tell } = context;
      const clients: ModelClient[] = [];
      try {
        const opened: Record<string, RecipeModel> = {};
        for (const [role, model] of Object.entries(models)) {
          const path = 'step' in model ? getFile(model.step, 'model') : model.path;
          const client = await createLlamaClient({ path, model: role, contextSize: 512 });
          clients.push(client);
          opened[role] = { client, identity: { name: role, sha256: await hashFile(path) } };
        }
        const run = join(folder, synthRunFolder);
        const results = await runRecipe({
          ...{ recipe: await recipe(context), folder: run, seed, models: opened, stop, signal: abort },
          onProgress: ({ accepted, wanted }) =>
            tell(wanted === undefined ? `${accepted} rows` : `${accepted} of ${wanted} rows`),
        });
        await pipeline(listLines(run), createWriteStream(join(folder, 'rows.jsonl')));
        return {
          files: { rows: 'rows.jsonl' },
          figures: {
            generators: results.map(({ generator, accepted, rows }) => ({ generator, accepted, rows })),
          },
        };
      } finally {
        await Promise.all(clients.map((client) => client.close()));
      }
    },
  };
}

async function* listLines(run: string): AsyncGenerator<string> {
  for await (const row of readDataset(run)) yield `${JSON.stringify({ id: formatRowId(row), ...row.fields })}\n`;
}
