import type { Clock } from '../scheduling/clock.ts';

/** A connection over which nothing came for too long. */
export class SilenceError extends Error {
  readonly silentMs: number;

  constructor(silentMs: number) {
    super(`No byte came for ${silentMs} ms.`);
    this.name = 'SilenceError';
    this.silentMs = silentMs;
  }
}

export interface SilenceOptions {
  readonly clock: Clock;
  /** The longest time without a byte. */
  readonly stallMs: number;
}

/** Watches one answer. */
export interface SilenceWatch {
  /** Something came. */
  readonly hear: () => void;
  readonly stop: () => void;
}

/** How often it looks in the longest time without a byte. */
const looks = 4;

/**
 * Calls back once when nothing was heard for that time, or up to a quarter more. It counts looks, and not time: while this
 * process is held up, or the machine asleep, nothing is heard through no fault of the server.
 */
export function watchSilence({ clock, stallMs }: SilenceOptions, onStall: (error: SilenceError) => void): SilenceWatch {
  let isHeard = true;
  let silentLooks = 0;
  let isStopped = false;
  let cancelTimer = (): void => undefined;

  const look = (): void => {
    if (isStopped) return;
    silentLooks = isHeard ? 0 : silentLooks + 1;
    isHeard = false;
    if (silentLooks >= looks) onStall(new SilenceError(stallMs));
    // What has come is read after the timers, so it looks behind that.
    else cancelTimer = clock.schedule(stallMs / looks, () => void setImmediate(look));
  };

  look();
  return {
    hear: () => {
      isHeard = true;
    },
    stop: () => {
      isStopped = true;
      cancelTimer();
    },
  };
}
