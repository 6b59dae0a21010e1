/** Adds a callback to the end of a signal. Returns how to take it back. */
export type ListenToAbort = (signal: AbortSignal | undefined, callback: () => void) => () => void;

/**
 * Lets any number of callbacks wait for one signal with a single listener on it. A signal looks through its listeners
 * at every addition, and Node warns of a leak from the eleventh, while a run has one signal for thousands of requests.
 */
export function createSignalListeners(): ListenToAbort {
  const bySignal = new WeakMap<AbortSignal, Set<() => void>>();
  return (signal, callback) => {
    if (signal === undefined) return () => undefined;
    let callbacks = bySignal.get(signal);
    if (callbacks === undefined) {
      const created = new Set<() => void>();
      signal.addEventListener('abort', () => runAll(created), { once: true });
      bySignal.set(signal, created);
      callbacks = created;
    }
    const own = callbacks;
    own.add(callback);
    return () => void own.delete(callback);
  };
}

function runAll(callbacks: Set<() => void>): void {
  const all = [...callbacks];
  callbacks.clear();
  for (const callback of all) callback();
}
