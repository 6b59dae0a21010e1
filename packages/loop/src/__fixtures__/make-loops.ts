import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoopRecipe, Step } from '@scalequest/loop';

/** A loop of these steps. */
export function makeLoop(...steps: readonly Step[]): LoopRecipe {
  return { name: 'test', description: 'For a test.', steps };
}

/** Leaves `model`: a copy of a GGUF file that is there. */
export function modelStep({ name, path }: { readonly name: string; readonly path: string }): Step {
  return {
    ...{ name, kind: 'rows', version: 1, after: [], settings: {} },
    run: async ({ folder }) => {
      await copyFile(path, join(folder, 'model.gguf'));
      return { files: { model: 'model.gguf' } };
    },
  };
}
