import { setImmediate as nextTurn } from 'node:timers/promises';

/** The longest time in one piece, in milliseconds: what waits for a turn of the event loop, such as an answer, waits no longer. */
const turnMs = 5;

/** Works on each of a list in its order, and lets the event loop have its turns between. */
export async function takeTurns<T, R>(list: readonly T[], work: (one: T) => R): Promise<R[]> {
  const results: R[] = [];
  let begunAt = performance.now();
  for (const one of list) {
    results.push(work(one));
    if (performance.now() - begunAt < turnMs) continue;
    await nextTurn();
    begunAt = performance.now();
  }
  return results;
}
