import { hashFile } from '@scalequest/core';
import { createLlamaThread, type ModelClient } from '@scalequest/models';
import type { RecipeModel } from '@scalequest/synth';
import type { ModelOpener } from './step-model.ts';

/** Opens GGUF files in this process: those that trainings made, and those that are given by their path. */
export const openInProcess: ModelOpener = async ({ models, context: { getFile } }) => {
  const clients: ModelClient[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(clients.map((client) => client.close()));
  };
  try {
    const opened: Record<string, RecipeModel> = {};
    for (const [role, model] of Object.entries(models)) {
      if ('given' in model) throw new Error(`Model '${model.given}' is behind servers, and is opened here as a file.`);
      const path = 'step' in model ? getFile(model.step, 'model') : model.path;
      const client = await createLlamaThread({ path, model: role, contextSize: 512 });
      clients.push(client);
      opened[role] = { client, identity: { name: role, sha256: await hashFile(path) } };
    }
    return { models: opened, failed: new AbortController().signal, close };
  } catch (error) {
    await close();
    throw error;
  }
};
