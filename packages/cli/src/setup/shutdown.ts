/** Two ways to end: stop asking and finish what is in flight, or give that up as well. */
export interface Shutdown extends Disposable {
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
}

/** Nx waits 30 s between SIGTERM and SIGKILL (`NX_PROCESS_KILL_GRACE_PERIOD`); the rest is for the last writes. */
const defaultGraceMs = 20_000;

/**
 * SIGINT and SIGTERM mean the same: finish the samples in flight, write the checkpoint, leave. After the grace period,
 * or at a second signal, what is in flight is given up too; it is asked again on resume. A third ends the process.
 */
export function listenForShutdown(say: (text: string) => void, graceMs: number = defaultGraceMs): Shutdown {
  const stop = new AbortController();
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onSignal = (): void => {
    // The journal survives a kill, so a user who cannot wait need not reach for one.
    if (abort.signal.aborted) process.exit(130);
    if (stop.signal.aborted) {
      abort.abort();
      return;
    }
    stop.abort();
    say(`Stopping: finishing what is in flight, at most ${graceMs / 1000} s. Once more to stop at once.`);
    timer = setTimeout(() => abort.abort(), graceMs);
    timer.unref();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    stop: stop.signal,
    abort: abort.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
