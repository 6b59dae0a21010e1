import { writeFileAtomic } from '@scalequest/core';
import type { RunDescription, RunSession } from './run-description.ts';

/** Keeps `run.json` up to date while a session runs. */
export interface DescriptionKeeper {
  /** The sessions so far, this one the last. */
  readonly sessions: readonly RunSession[];
  readonly save: () => Promise<void>;
  /** From now on saves by itself, so that a killed session leaves a time and a count. */
  readonly start: () => void;
  readonly countSample: () => void;
  readonly end: (end: { readonly status: RunDescription['status']; readonly details: object }) => Promise<void>;
  /** Resolves when nothing will be written any more. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

const saveMs = 10_000;

export function createDescriptionKeeper({
  path,
  description: initial,
  now,
  getCalls,
}: {
  readonly path: string;
  /** Its sessions are the earlier ones. */
  readonly description: RunDescription;
  readonly now: () => Date;
  readonly getCalls?: (() => RunSession['calls']) | undefined;
}): DescriptionKeeper {
  const startedAt = now().toISOString();
  const sessions: RunSession[] = [...initial.sessions, { startedAt, endedAt: null, samples: 0 }];
  let description: RunDescription = { ...initial, sessions };
  let samples = 0;
  let timer: NodeJS.Timeout | undefined;
  let lastSave: Promise<void> = Promise.resolve();

  const save = ({ hasEnded = false } = {}): Promise<void> => {
    const lastSeenAt = now().toISOString();
    const endedAt = hasEnded ? lastSeenAt : null;
    sessions[sessions.length - 1] = { startedAt, lastSeenAt, endedAt, samples, calls: getCalls?.() };
    const text = `${JSON.stringify(description, null, 2)}\n`;
    // One after the other: the last one asked for is the one that stays.
    lastSave = lastSave.catch(() => undefined).then(() => writeFileAtomic(path, text));
    return lastSave;
  };
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await lastSave.catch(() => undefined);
  };
  return {
    sessions,
    save,
    start: () => {
      // A disk that refuses this refuses the journal as well, and there the error is told.
      timer = setInterval(() => void save().catch(() => undefined), saveMs);
      timer.unref();
    },
    countSample: () => {
      samples++;
    },
    end: async ({ status, details }) => {
      await stop();
      description = { ...description, status, details: { ...description.details, ...details } };
      await save({ hasEnded: true });
    },
    stop,
  };
}
