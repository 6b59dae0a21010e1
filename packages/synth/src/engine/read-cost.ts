import { join } from 'node:path';
import { pathExists } from '@scalequest/core';
import type { TokenPrices } from '@scalequest/models';
import { readRoleUsage } from './read-usage.ts';
import { recipeRecordName } from './run-folder.ts';
import { readSpent } from './session.ts';

/**
 * What a run has cost in all its sessions, in the currency of the prices. A session that was killed has not counted its last seconds:
 * of each role the answers that are on the disk count where they cost more.
 *
 * @param prices - of the roles that are paid for
 * @returns 0 where no run is in the folder
 * @throws SynthError `RECIPE_UNREADABLE`, `MANIFEST_DAMAGED`
 * @example
 * const spent = await readRunCost('runs/questions', { judge: { prompt: 0.5, completion: 1.5 } });
 */
export async function readRunCost(folder: string, prices: Readonly<Record<string, TokenPrices>>): Promise<number> {
  if (!(await pathExists(join(folder, recipeRecordName)))) return 0;
  const [spent, usage] = await Promise.all([readSpent(folder), readRoleUsage(folder)]);
  const costs = Object.entries(prices).map(([role, price]) => {
    const { promptTokens = 0, completionTokens = 0 } = usage[role] ?? {};
    return Math.max(spent[role] ?? 0, (promptTokens * price.prompt + completionTokens * price.completion) / 1e6);
  });
  return costs.reduce((one, other) => one + other, 0);
}
