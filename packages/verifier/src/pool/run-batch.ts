import type { Piscina } from 'piscina';
import type { Batch, BatchResult } from './messages.ts';

/** How a batch ended. `stuck` and `crashed` name the item that the worker was at; the results of the others are lost. */
export type BatchOutcome =
  | { readonly kind: 'done'; readonly results: BatchResult }
  | { readonly kind: 'stuck'; readonly index: number }
  | { readonly kind: 'crashed'; readonly index: number; readonly cause: unknown }
  /** The worker never came to the first item: it could not be started. */
  | { readonly kind: 'not-started'; readonly cause: unknown };

/**
 * Sends a batch to a worker and watches over it. The clock is that of one comparison: it starts again with each item
 * and does not run while a worker is still starting, so that neither a long batch nor a cold start costs a verdict.
 */
export async function runBatch(
  piscina: Piscina,
  batch: Omit<Batch, 'progress'>,
  { budgetMs }: { readonly budgetMs: number },
): Promise<BatchOutcome> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const controller = new AbortController();
  let seen = 0;
  let since = performance.now();
  const watch = setInterval(
    () => {
      const current = Atomics.load(progress, 0);
      if (current === 0 || current !== seen) {
        seen = current;
        since = performance.now();
      } else if (performance.now() - since >= budgetMs) controller.abort();
    },
    Math.max(1, budgetMs / 4),
  );
  // A worker that dies before it takes the batch, such as one whose file is missing, is told by an event only.
  let onError = (_cause: unknown): void => undefined;
  const failure = new Promise<never>((_resolve, reject) => {
    onError = (cause) => {
      if (Atomics.load(progress, 0) === 0) reject(cause);
    };
  });
  piscina.on('error', onError);
  const run: Promise<BatchResult> = piscina.run({ ...batch, progress }, { signal: controller.signal });
  try {
    return { kind: 'done', results: await Promise.race([run, failure]) };
  } catch (cause) {
    const index = Atomics.load(progress, 0) - 1;
    if (index < 0) {
      run.catch(() => undefined);
      controller.abort();
      return { kind: 'not-started', cause };
    }
    return controller.signal.aborted ? { kind: 'stuck', index } : { kind: 'crashed', index, cause };
  } finally {
    clearInterval(watch);
    piscina.off('error', onError);
  }
}
