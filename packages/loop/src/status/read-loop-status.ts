import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathExists } from '@scalequest/core';
import { findRunHolder, type RunHolder } from '@scalequest/runs';
import { z } from 'zod';
import { findCurrent } from '../engine/find-current.ts';
import { loopFiles, nameStepFolder, readLoopRecord } from '../engine/loop-folder.ts';
import type { Fields, StepKind } from '../engine/step.ts';
import { readStepLog, type StepEntry } from '../engine/step-log.ts';
import { LoopError } from '../errors.ts';
import { readStepRun, type StepRun } from './read-step-run.ts';

/**
 * - `done`: noted in `steps.jsonl`, and none of those that it read was made again since
 * - `at-work`: somebody is at it, also the worker of a training that a killed command has left behind
 * - `stopped`: begun and left; the same command goes on with it
 * - `waiting`: all that it reads is there, and its turn comes
 * - `not-begun`: it reads what is not there yet
 */
export type StepStanding = 'done' | 'at-work' | 'stopped' | 'waiting' | 'not-begun';

export interface StepStatus {
  readonly step: string;
  readonly kind: StepKind;
  readonly standing: StepStanding;
  /** Of one that is done. */
  readonly figures: Fields | undefined;
  /** ISO 8601; of one that was begun and is not done. */
  readonly begunAt: string | undefined;
  /** What its own run says, where it has one; undefined where it is done. */
  readonly run: StepRun | undefined;
}

/** How a loop stands, for whoever looks from outside. */
export interface LoopStatus {
  readonly folder: string;
  readonly loop: string;
  readonly seed: number;
  /** `finished` is for good; one that is `stopped` goes on with the same command. */
  readonly standing: 'running' | 'stopped' | 'finished';
  /** The command that is at it. */
  readonly holder: RunHolder | undefined;
  /** In the recipe's order. */
  readonly steps: readonly StepStatus[];
}

const stepsSchema: z.ZodType<Readonly<Record<string, KnownStep>>> = z.record(
  z.string(),
  z.object({
    kind: z.enum(['rows', 'train', 'synth', 'measure', 'evaluate', 'leaderboard']),
    after: z.array(z.string()),
    settings: z.record(z.string(), z.unknown()),
  }),
);

interface KnownStep {
  readonly kind: StepKind;
  readonly after: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Reads how a loop stands, from its folder alone. Changes nothing, and may be called while the loop goes on and after a kill.
 *
 * @throws LoopError `RECIPE_UNREADABLE`, `STEPS_DAMAGED`; CoreError `FILE_UNREADABLE` where no loop is in the folder
 * @example
 * const { standing, steps } = await readLoopStatus('loops/nano');
 */
export async function readLoopStatus(folder: string): Promise<LoopStatus> {
  const { loop, seed, identity } = await readLoopRecord(folder);
  const known = stepsSchema.safeParse(identity.steps);
  if (!known.success) throw unreadable(folder, known.error);
  // Before the log: a loop that ends in between is then seen as one that runs, and not as one that was stopped.
  const holder = await findRunHolder(folder);
  const hasManifest = await pathExists(join(folder, loopFiles.manifest));
  const noted = new Map<string, StepEntry>();
  for await (const entry of readStepLog(folder)) noted.set(entry.step, entry);
  const steps = Object.entries(known.data);
  const done = findCurrent(
    steps.map(([name, { after }]) => ({ name, after })),
    (step) => noted.get(step),
  );
  const stands = steps.map(async ([step, { kind, after, settings }]): Promise<StepStatus> => {
    const figures = done.get(step)?.figures;
    const own = nameStepFolder(folder, step);
    const begunAt = figures === undefined ? await readBirth(own) : undefined;
    const run = begunAt === undefined ? undefined : await readStepRun(own, { kind, settings });
    // What has no run of its own is short, and is taken to be at work as long as the command is.
    const isAtWork = run === undefined ? holder !== undefined : run.isHeld;
    const isReady = after.every((name) => done.has(name));
    const open = isReady ? 'waiting' : 'not-begun';
    const begun = isAtWork ? 'at-work' : 'stopped';
    const standing = figures !== undefined ? 'done' : begunAt === undefined ? open : begun;
    return { step, kind, standing, figures, begunAt, run };
  });
  // Where a step is to be made again, the manifest is of what was.
  const isFinished = hasManifest && steps.every(([step]) => done.has(step));
  return {
    ...{ folder, loop, seed, holder },
    standing: isFinished ? 'finished' : holder === undefined ? 'stopped' : 'running',
    steps: await Promise.all(stands),
  };
}

async function readBirth(folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch(() => undefined);
  return found?.birthtime.toISOString();
}

function unreadable(folder: string, cause: unknown): LoopError {
  return new LoopError({
    code: 'RECIPE_UNREADABLE',
    what: `'${join(folder, loopFiles.record)}' does not say which steps the loop has.`,
    next: 'Nothing was changed. Restore the file, or give another folder.',
    fields: { folder },
    cause,
  });
}
