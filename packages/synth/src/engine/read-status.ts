import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isProcessAlive } from '@scalequest/core';
import { Funnel, type GeneratorFigures, type StageFigures } from './funnel.ts';
import { readManifest } from './manifest.ts';
import { readRecipeRecord } from './run-folder.ts';
import { estimateEnd, readCurrentSession, readPastSessions, type SessionRecord } from './session.ts';

/** How a run stands, for whoever looks from outside. */
export interface SynthStatus {
  readonly folder: string;
  readonly recipe: string;
  readonly form: string | undefined;
  readonly seed: number;
  /** `finished` is for good; one that is `stopped` goes on with the same command. */
  readonly standing: 'running' | 'stopped' | 'finished';
  readonly stages: readonly StageFigures[];
  readonly generators: readonly GeneratorFigures[];
  /** Rows of the dataset that are sure, of all generators. */
  readonly accepted: number;
  /** Undefined where a generator takes each row that passes. */
  readonly wanted: number | undefined;
  /** How many shards each stage has asked its models about, and is not done with. */
  readonly open: Readonly<Record<string, number>>;
  /** Of the session that goes on; undefined where none does. */
  readonly acceptedPerSecond: number | undefined;
  readonly remainingMs: number | undefined;
  /** All of them, the one that goes on last. */
  readonly sessions: readonly SessionRecord[];
}

/** A session writes its figures every two seconds. */
const silentMs = 60_000;

/**
 * Reads how a run stands. Changes nothing, and may be called while the run goes on.
 *
 * @throws SynthError `RECIPE_UNREADABLE`, `MANIFEST_DAMAGED`; CoreError `FILE_UNREADABLE` where no run is in the folder
 * @example
 * const { standing, accepted, wanted } = await readSynthStatus('runs/questions');
 */
export async function readSynthStatus(folder: string): Promise<SynthStatus> {
  const record = await readRecipeRecord(folder);
  const funnel = new Funnel(record);
  for await (const entry of readManifest(folder)) funnel.add(entry);
  const past = await readPastSessions(folder);
  const current = await readCurrentSession(folder);
  const isRunning = current !== undefined && isAlive(current);
  const generators = funnel.readGenerators();
  const { acceptedBefore, elapsedMs } = isRunning
    ? { ...current, elapsedMs: Date.now() - Date.parse(current.startedAt) }
    : { acceptedBefore: 0, elapsedMs: 0 };
  const { accepted, wanted, ...rate } = estimateEnd(generators, { acceptedBefore, elapsedMs });
  const last: readonly SessionRecord[] =
    current === undefined ? [] : [{ ...current, end: isRunning ? 'running' : 'killed' }];
  return {
    folder,
    ...{ recipe: record.recipe, form: record.form, seed: record.seed },
    standing: isRunning ? 'running' : current === undefined && past.at(-1)?.end === 'finished' ? 'finished' : 'stopped',
    stages: funnel.readStages(),
    ...{ generators, accepted, wanted },
    open: await countOpen(folder),
    acceptedPerSecond: isRunning ? rate.acceptedPerSecond : undefined,
    remainingMs: isRunning ? rate.remainingMs : undefined,
    sessions: [...past, ...last],
  };
}

/** One on another machine cannot be looked at, and the number of one that was killed here may be another's by now. */
function isAlive({ pid, host, at }: SessionRecord): boolean {
  const isHeard = Date.now() - Date.parse(at) < silentMs;
  return isHeard && (host !== hostname() || isProcessAlive(pid));
}

async function countOpen(folder: string): Promise<Readonly<Record<string, number>>> {
  const list = (path: string): Promise<readonly string[]> => readdir(path).catch(() => []);
  const open = join(folder, 'open');
  const counts = (await list(open)).map(async (stage) => [stage, (await list(join(open, stage))).length] as const);
  return Object.fromEntries((await Promise.all(counts)).filter(([, count]) => count > 0));
}
