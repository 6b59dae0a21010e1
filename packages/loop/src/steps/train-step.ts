import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathExists } from '@scalequest/core';
import { getEmbeddedModelPath } from '@scalequest/models';
import {
  checkSettings,
  type TrainOptions,
  type TrainSettings,
  type TrainState,
  train,
  unhashedKeys,
} from '@scalequest/train-bridge';
import type { Fields, Step, StepContext } from '../engine/step.ts';
import { LoopError } from '../errors.ts';

/** How trainings are run, which changes nothing that comes out. */
export interface TrainAccess extends Pick<TrainOptions, 'getPython' | 'command' | 'versions'> {
  /** @defaultValue a process here */
  readonly launcher?: TrainOptions['launcher'];
}

/** A model that a training begins with, where it is no step's. */
export interface GivenBase {
  /** In what the loop notes. */
  readonly given: string;
  readonly path: string;
}

export interface TrainStepOptions {
  readonly name: string;
  /** A recipe of `scalequest train`, such as `nano.qft`. */
  readonly recipe: string;
  /** The step whose model it begins with, or one of the user's. @defaultValue the recipe's own beginning */
  readonly model?: string | GivenBase;
  /** The step whose `rows` it trains on. @defaultValue rows that the recipe makes */
  readonly rows?: string;
  /** Or as many as an earlier training took. @defaultValue the recipe's */
  readonly steps?: number | { readonly as: string };
  /** Put over the recipe. */
  readonly settings?: TrainSettings;
}

/** Settings of a training whose steps end it: its rows are gone over as often as that takes. */
export const untilSteps: TrainSettings = { epochs: 1000 };

/**
 * A training. Leaves `model`, a GGUF file, where the recipe writes one, and `weights` with what another training begins with; the
 * parts of large ones are `weights`, `weights-2` and so on.
 *
 * @throws TrainBridgeError `UNKNOWN_RECIPE`, `BAD_SETTING`
 * @example
 * trainStep({ name: 'qpo', recipe: 'nano.qpo', model: 'qft', rows: 'pairs' }, access);
 */
export function trainStep(options: TrainStepOptions, access: TrainAccess): Step {
  const { name, recipe, model, rows, steps, settings = {} } = options;
  const before = typeof model === 'string' ? model : undefined;
  const as = typeof steps === 'object' ? steps.as : undefined;
  // Told before anything runs: what a student learns from may take weeks to make.
  checkSettings(recipe, settings);
  return {
    ...{ name, kind: 'train', version: 1 },
    after: [...new Set([before, rows, as].filter((one) => one !== undefined))],
    settings: {
      ...{ recipe, model: describeBase(model), rows: rows ?? null, steps: steps ?? null },
      settings: pickDeciding(settings),
    },
    training: { settings, ...(access.launcher === undefined ? {} : { launcher: access.launcher }) },
    run: async (context) => {
      const { folder, seed, getFile, getFolder, getFigures, stop, abort, tell, say } = context;
      if (rows !== undefined && getFigures(rows).rows === 0) throw noRows(name, rows);
      const result = await train({
        ...access,
        ...{ recipe, folder, seed, steps: countSteps(steps, context), settings, stop, abort },
        dataFile: rows === undefined ? undefined : getFile(rows, 'rows'),
        model: typeof model === 'object' ? model.path : model === undefined ? undefined : getFolder(model),
        embeddedModel: getEmbeddedModelPath(),
        onProgress: ({ state }) => tell(describeState(state)),
        onMessage: say,
      });
      stop.throwIfAborted();
      if (result.status !== 'finished') throw new Error(`The training in '${folder}' did not come to its end.`);
      const { rows: trained } = result.config.data;
      return {
        files: await listModelFiles(folder),
        // Its loss is a mean since the last log, which after a kill is over fewer steps.
        figures: { rows: trained, steps: result.state.step },
      };
    },
  };
}

/** Settings that change how a training is computed and no weights, and yet what it leaves, or what it may go on from. */
const deciding: ReadonlySet<string> = new Set(['export', 'allowDrift']);

/**
 * The settings that decide what comes out. With others of memory or of checkpoints the loop is the same and goes on, so that a
 * training which does not fit can be split where what it learns from took weeks.
 */
function pickDeciding(settings: TrainSettings): Fields {
  const kept = Object.entries(settings).filter(([key]) => {
    const [name = key] = key.split('.');
    return !unhashedKeys.has(name) || deciding.has(name);
  });
  return Object.fromEntries(kept) as Fields;
}

function noRows(step: string, rows: string): LoopError {
  return new LoopError({
    code: 'NO_ROWS',
    kind: 'request',
    what: `Step '${step}' has nothing to learn from: step '${rows}' made no rows.`,
    why: 'Of what it read, nothing passed. Of few rows that is chance.',
    next: 'Begin a loop with larger sizes in another folder (--scale, --set, or "counts" of its configuration).',
    fields: { step, rows },
  });
}

function describeState({ phase, step, totalSteps }: TrainState): string {
  return totalSteps === undefined ? phase : `step ${step} of ${totalSteps}`;
}

function describeBase(model: TrainStepOptions['model']): string | null {
  if (typeof model === 'object') return `given:${model.given}`;
  return model ?? null;
}

function countSteps(steps: TrainStepOptions['steps'], { getFigures }: StepContext): number | undefined {
  return typeof steps === 'object' ? Number(getFigures(steps.as).steps) : steps;
}

async function listModelFiles(folder: string): Promise<Readonly<Record<string, string>>> {
  const made = { model: 'out/model.gguf', weights: 'out/model.safetensors' };
  const there = await Promise.all(
    Object.entries(made).map(async (file) => ((await pathExists(join(folder, file[1]))) ? [file] : [])),
  );
  const parts = (await readdir(join(folder, 'out'))).filter((file) => /^model-\d+-of-\d+\.safetensors$/.test(file));
  return {
    ...Object.fromEntries(there.flat()),
    ...Object.fromEntries(
      parts.sort().map((file, place) => [place === 0 ? 'weights' : `weights-${place + 1}`, `out/${file}`]),
    ),
  };
}
