import type { ModelWork } from '../engine/step.ts';

/** A model that is served while a step is at work. */
export interface ServedModel {
  readonly model: string;
  /** For which it answers. */
  readonly roles: readonly string[];
  readonly gpuHours: number;
  /** Best given to it. 0 where there are more models than GPUs. */
  readonly gpus: number;
}

/** How the GPUs are best spread over the models of a step, and how long it takes so. */
export interface Spread {
  readonly models: readonly ServedModel[];
  readonly hours: number;
  readonly notes: readonly string[];
}

/**
 * Gives each model a GPU, and each further GPU to the model that would take longest. Roles of one model share its servers. The
 * stages of a synthesis overlap, so that the slowest model decides when it ends.
 */
export function spreadGpus(
  calls: readonly { readonly call: ModelWork; readonly gpuHours: number }[],
  gpus: number,
): Spread {
  const byModel = new Map<string, { roles: string[]; gpuHours: number; gpus: number }>();
  for (const { call, gpuHours } of calls) {
    const one = byModel.get(call.model.name) ?? { roles: [], gpuHours: 0, gpus: 0 };
    if (!one.roles.includes(call.role)) one.roles.push(call.role);
    one.gpuHours += gpuHours;
    byModel.set(call.model.name, one);
  }
  const models = [...byModel.values()];
  const list = (): readonly ServedModel[] => [...byModel].map(([model, one]) => ({ model, ...one }));
  if (models.length > gpus) {
    const hours = models.reduce((sum, { gpuHours }) => sum + gpuHours, 0) / gpus;
    const note = `It asks ${models.length} models, and there are ${gpus} GPUs: let several share one, or serve them in turns.`;
    return { models: list(), hours, notes: [note] };
  }
  for (let given = 0; given < gpus && models.length > 0; given++) {
    const slowest = models.reduce((a, b) => (b.gpuHours / b.gpus > a.gpuHours / a.gpus ? b : a));
    // Whoever has none yet comes first, however little it has to do.
    const next = models.find((one) => one.gpus === 0) ?? slowest;
    next.gpus += 1;
  }
  const hours = Math.max(0, ...models.map((one) => one.gpuHours / one.gpus));
  return { models: list(), hours, notes: [] };
}
