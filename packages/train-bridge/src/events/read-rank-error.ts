import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tailEvents } from './tail-events.ts';
import type { TrainState } from './train-state.ts';

/**
 * The first error that any rank of the state's attempt has told: rank 0 in `events.jsonl`, the others in files of their
 * own (`events.rank-N.jsonl`). That another rank is gone is nobody's first word: it is what the others see of an error.
 */
export async function readRankError(folder: string, state: TrainState): Promise<TrainState['error']> {
  const names = (await readdir(folder)).filter((name) => /^events\.rank-\d+\.jsonl$/.test(name));
  const found: { readonly ts: string; readonly error: NonNullable<TrainState['error']> }[] = [];
  if (state.error !== undefined) found.push({ ts: state.lastEventAt ?? '', error: state.error });
  for (const name of names) {
    for await (const event of tailEvents(join(folder, name), { isOver: () => true })) {
      if (event.t !== 'error' || event.attempt !== state.attempt) continue;
      const message = `${event.message} (rank ${event.rank})`;
      found.push({ ts: event.ts, error: { class: event.class, message } });
    }
  }
  const causes = found.filter(({ error }) => error.class !== 'peer');
  return (causes.length > 0 ? causes : found).sort((a, b) => a.ts.localeCompare(b.ts))[0]?.error;
}
