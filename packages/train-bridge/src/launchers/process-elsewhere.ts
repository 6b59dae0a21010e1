import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { nameRunFiles } from '../run/run-files.ts';
import { hasToldEnd } from './read-phase.ts';
import { type ProcessClaim, silentAfterMs } from './worker-claim.ts';

/**
 * Whether a process of another host, which shares the folder, trains in it: it has not said that it ended, and has given a
 * sign of life within the last minute. It cannot be looked at from here.
 */
export async function isTrainedElsewhere(folder: string, claim: ProcessClaim, nowMs: number): Promise<boolean> {
  if (claim.host === hostname()) return false;
  const { events, worker } = nameRunFiles(folder);
  if (await hasToldEnd(folder, claim)) return false;
  const signs = await Promise.all([events, worker].map((path) => stat(path).catch(() => undefined)));
  return signs.some((sign) => sign !== undefined && nowMs - sign.mtimeMs < silentAfterMs);
}
