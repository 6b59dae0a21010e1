import { getModel, usualParameters } from '../../config/resolve-config.ts';
import type { PlannedModel } from '../../engine/step.ts';
import type { LoopParts } from '../../recipes/scalequest/scalequest-loop.ts';

/** A model of the user's as a plan sees it: one that runs on GPUs, or a service that bills by tokens. */
export function planGiven(role: string, { config, paper }: Pick<LoopParts, 'config' | 'paper'>): PlannedModel {
  const { model, parameters, prices, endpoints = [] } = getModel(config, role);
  const known = paper.roles[role];
  const isService =
    prices !== undefined ||
    (known?.parameters === 0 && known.repository === model) ||
    (parameters === undefined && endpoints.length > 0 && endpoints.every((url) => url.startsWith('https:')));
  if (isService) return { name: model, ...(prices === undefined ? {} : { prices }) };
  return { name: model, parameters: parameters ?? readSize(model) ?? (known?.parameters || usualParameters) };
}

/** `Qwen2-Math-7B-Instruct` has 7 billion weights, or a few more. */
function readSize(name: string): number | undefined {
  const [, size] = /(?:^|[-_/])(\d+(?:\.\d+)?)b(?:$|[-_])/i.exec(name) ?? [];
  return size === undefined ? undefined : Number(size);
}
