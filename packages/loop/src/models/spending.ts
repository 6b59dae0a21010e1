import { join } from 'node:path';
import { type Budget, createBudget, type TokenPrices } from '@scalequest/models';
import { readRunCost } from '@scalequest/synth';
import type { GivenModel } from '../config/loop-config.ts';
import { findLoopFolder, listStepFolders, synthRunFolder } from '../engine/loop-folder.ts';
import type { StepContext } from '../engine/step.ts';
import { LoopError } from '../errors.ts';

/** What the models of a loop that are paid for may cost, by role. */
export interface SpendingBound {
  readonly maxCost: number;
  readonly prices: Readonly<Record<string, TokenPrices>>;
}

/** The prices of a given model as clients have them. */
export function getTokenPrices({ prices }: Pick<GivenModel, 'prices'>): TokenPrices | undefined {
  return prices === undefined ? undefined : { prompt: prices.in, completion: prices.out };
}

/**
 * The bound of a loop with these models. What the loop serves by itself costs nothing that one could count.
 *
 * @throws LoopError `INVALID_OPTION`; `BAD_CONFIG` where a model behind servers has no prices: the bound would never be reached
 */
export function boundSpending(maxCost: number, models: Readonly<Record<string, GivenModel>>): SpendingBound {
  if (!(maxCost > 0)) {
    throw new LoopError({
      code: 'INVALID_OPTION',
      kind: 'request',
      what: `The loop's 'maxCost' is ${maxCost}.`,
      next: 'Give an amount above 0, in the currency of the prices.',
      fields: { option: 'maxCost', value: maxCost },
    });
  }
  const unpriced = Object.entries(models).flatMap(([role, { prices, checkpoint }]) =>
    prices === undefined && checkpoint === undefined ? [role] : [],
  );
  const [first] = unpriced;
  if (first !== undefined) {
    throw new LoopError({
      code: 'BAD_CONFIG',
      kind: 'request',
      what: `The loop has a bound of cost, and the prices of '${unpriced.join("', '")}' are not known.`,
      why: 'Without them nothing that it is asked would count.',
      next: `Write what a million tokens cost into the configuration: "models": {"${first}": {"prices": {"in": 0.5, "out": 1.5}, ...}}; of a server of your own 0 and 0.`,
      fields: { roles: unpriced },
    });
  }
  const prices = Object.entries(models).flatMap(([role, model]) => {
    const known = getTokenPrices(model);
    return known === undefined ? [] : [[role, known] as const];
  });
  return { maxCost, prices: Object.fromEntries(prices) };
}

/** What all syntheses of a loop have cost so far, in all sessions; also those that were set aside. */
export async function readLoopCost(folder: string, prices: SpendingBound['prices']): Promise<number> {
  let cost = 0;
  for (const step of await listStepFolders(folder)) cost += await readRunCost(join(step, synthRunFolder), prices);
  return cost;
}

/**
 * One budget for all steps of a loop: what its bound leaves after all that is on the disk. It is made for the first step that
 * asks a model which is paid for, before it asks, and kept for the others.
 */
export function openLoopBudget({ maxCost, prices }: SpendingBound): (context: StepContext) => Promise<Budget> {
  const budgets = new Map<string, Promise<Budget>>();
  const make = async (folder: string): Promise<Budget> =>
    createBudget({ maxCost: Math.max(0, maxCost - (await readLoopCost(folder, prices))) });
  return async (context) => {
    const folder = findLoopFolder(context.folder);
    const budget = budgets.get(folder) ?? make(folder);
    budgets.set(folder, budget);
    try {
      return await budget;
    } catch (error) {
      // Once what could not be read is mended, it is read again.
      budgets.delete(folder);
      throw error;
    }
  };
}
