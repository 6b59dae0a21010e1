import type { Piscina } from 'piscina';
import type { Batch, BatchResult } from './messages.ts';
import { runTask } from './task-line.ts';

/** How a batch ended. `stuck` and `crashed` name the item that the worker was at; the results of the others are lost. */
export type BatchOutcome =
  | { readonly kind: 'done'; readonly results: BatchResult }
  | { readonly kind: 'stuck'; readonly index: number }
  | { readonly kind: 'crashed'; readonly index: number; readonly cause: unknown }
  /** No worker came to the first item: none could start, or one died before that, such as while it was idle. */
  | { readonly kind: 'untaken'; readonly cause: unknown };

interface RunBatchOptions {
  readonly budgetMs: number;
  /** Given the progress of the batch before it is sent. */
  readonly onStart?: (progress: Int32Array) => void;
}

/** Looks at a batch in the time of one budget, and the longest between two of them. */
const looksPerBudget = 4;
const longestLookMs = 1000;

/**
 * Sends a batch to a worker and watches over it. The clock is that of one comparison: it starts again with each item
 * and does not run while a worker is still starting, so that neither a long batch nor a cold start costs a verdict.
 */
export async function runBatch(
  piscina: Piscina,
  batch: Omit<Batch, 'progress'>,
  { budgetMs, onStart }: RunBatchOptions,
): Promise<BatchOutcome> {
  const progress = new Int32Array(new SharedArrayBuffer(8));
  onStart?.(progress);
  const controller = new AbortController();
  let seen = 0;
  let since = performance.now();
  let looks = 0;
  const watch = setInterval(
    () => {
      const current = Atomics.load(progress, 0);
      if (current === 0 || current !== seen) {
        seen = current;
        since = performance.now();
        looks = 0;
        return;
      }
      // Time alone would blame the worker for a main thread that was busy and could not hear its answer.
      looks++;
      if (looks >= looksPerBudget && performance.now() - since >= budgetMs) controller.abort();
    },
    Math.min(longestLookMs, Math.max(1, budgetMs / looksPerBudget)),
  );
  // A worker that dies before it takes the batch, such as one whose file is missing, is told by an event only.
  let onError = (_cause: unknown): void => undefined;
  const failure = new Promise<never>((_resolve, reject) => {
    onError = (cause) => {
      if (Atomics.load(progress, 0) === 0) reject(cause);
    };
  });
  failure.catch(() => undefined);
  // One that exits by itself while it starts is told by nothing but its absence, and piscina starts no other.
  const onDestroy = (): void =>
    queueMicrotask(() => {
      if (piscina.threads.length === 0) onError(new Error('A worker thread ended before it was ready.'));
    });
  piscina.on('error', onError).on('workerDestroy', onDestroy);
  let run: Promise<BatchResult> | undefined;
  try {
    run = runTask(piscina, { ...batch, progress }, { signal: controller.signal }) as Promise<BatchResult>;
    return { kind: 'done', results: await Promise.race([run, failure]) };
  } catch (cause) {
    const index = Atomics.load(progress, 0) - 1;
    if (index < 0) {
      if (run !== undefined) {
        run.catch(() => undefined);
        controller.abort();
      }
      return { kind: 'untaken', cause };
    }
    return controller.signal.aborted ? { kind: 'stuck', index } : { kind: 'crashed', index, cause };
  } finally {
    clearInterval(watch);
    piscina.off('error', onError).off('workerDestroy', onDestroy);
  }
}

/** Whether a worker died because its objects took more than its memory. */
export function isOutOfMemory(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
