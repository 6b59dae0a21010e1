import { join } from 'node:path';
import { pathExists } from '@scalequest/core';
import { getEmbeddedModelPath } from '@scalequest/models';
import { type TrainOptions, type TrainSettings, type TrainState, train } from '@scalequest/train-bridge';
import type { Fields, Step } from '../engine/step.ts';

/** How trainings are run, which changes nothing that comes out. */
export interface TrainAccess extends Pick<TrainOptions, 'getPython' | 'command' | 'versions'> {
  /** @defaultValue a process here */
  readonly launcher?: TrainOptions['launcher'];
}

export interface TrainStepOptions {
  readonly name: string;
  /** A recipe of `scalequest train`, such as `nano.qft`. */
  readonly recipe: string;
  /** The step whose model it begins with. @defaultValue the recipe's own beginning */
  readonly model?: string;
  /** The step whose `rows` it trains on. @defaultValue rows that the recipe makes */
  readonly rows?: string;
  /** @defaultValue the recipe's */
  readonly steps?: number;
  /** Put over the recipe. */
  readonly settings?: TrainSettings;
}

/**
 * A training. Leaves `model`, a GGUF file, where the recipe writes one, and `weights` with what another training begins with.
 *
 * @example
 * trainStep({ name: 'qpo', recipe: 'nano.qpo', model: 'qft', rows: 'pairs' }, access);
 */
export function trainStep(options: TrainStepOptions, access: TrainAccess): Step {
  const { name, recipe, model, rows, steps, settings = {} } = options;
  return {
    ...{ name, kind: 'train', version: 1 },
    after: [...new Set([model, rows].filter((one) => one !== undefined))],
    settings: {
      ...{ recipe, model: model ?? null, rows: rows ?? null, steps: steps ?? null },
      settings: settings as Fields,
    },
    run: async ({ folder, seed, getFile, getFolder, stop, abort, tell, say }) => {
      const result = await train({
        ...access,
        ...{ recipe, folder, seed, steps, settings, stop, abort },
        dataFile: rows === undefined ? undefined : getFile(rows, 'rows'),
        model: model === undefined ? undefined : getFolder(model),
        embeddedModel: getEmbeddedModelPath(),
        onProgress: ({ state }) => tell(describeState(state)),
        onMessage: say,
      });
      stop.throwIfAborted();
      if (result.status !== 'finished') throw new Error(`The training in '${folder}' did not come to its end.`);
      const { rows: trained } = result.config.data;
      const made = { model: 'out/model.gguf', weights: 'out/model.safetensors' };
      const there = await Promise.all(
        Object.entries(made).map(async (file) => ((await pathExists(join(folder, file[1]))) ? [file] : [])),
      );
      return {
        files: Object.fromEntries(there.flat()),
        // Its loss is a mean since the last log, which after a kill is over fewer steps.
        figures: { rows: trained, steps: result.state.step },
      };
    },
  };
}

function describeState({ phase, step, totalSteps }: TrainState): string {
  return totalSteps === undefined ? phase : `step ${step} of ${totalSteps}`;
}
