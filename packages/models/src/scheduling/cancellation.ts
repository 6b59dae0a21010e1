/** Whether an answer is still wanted. */
export interface Cancellation {
  readonly isCancelled: boolean;
  /** Calls back once when it is cancelled; at once where it is already. Returns how to take the callback back. */
  readonly onCancel: (callback: () => void) => () => void;
  /** The same for interfaces that need a signal. It is made when first asked for. */
  readonly signal: AbortSignal;
}

/** A cancellation, and the right to cancel. */
export interface CancellationSource extends Cancellation {
  readonly cancel: () => void;
}

/**
 * Makes a cancellation for one request. An `AbortController`, its signal and a listener cost a request more than its
 * whole scheduling, and most requests end without one.
 */
export function createCancellation(): CancellationSource {
  let isCancelled = false;
  let callbacks: (() => void)[] = [];
  let controller: AbortController | undefined;
  return {
    get isCancelled() {
      return isCancelled;
    },
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (isCancelled) controller.abort();
      }
      return controller.signal;
    },
    onCancel: (callback) => {
      if (isCancelled) callback();
      else callbacks.push(callback);
      return () => {
        callbacks = callbacks.filter((one) => one !== callback);
      };
    },
    cancel: () => {
      if (isCancelled) return;
      isCancelled = true;
      const all = callbacks;
      callbacks = [];
      for (const callback of all) callback();
      controller?.abort();
    },
  };
}

/** A signal as a cancellation. */
export function followSignal(signal: AbortSignal): Cancellation {
  return {
    get isCancelled() {
      return signal.aborted;
    },
    signal,
    onCancel: (callback) => {
      if (signal.aborted) callback();
      else signal.addEventListener('abort', callback, { once: true });
      return () => signal.removeEventListener('abort', callback);
    },
  };
}
