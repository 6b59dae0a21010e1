import { join } from 'node:path';
import { digest, hashFile, makeFolder, pathExists, writeFileAtomic } from '@scalequest/core';
import { acquireRunLock } from '@scalequest/runs';
import { LoopError } from '../errors.ts';
import { checkOptions } from './check-options.ts';
import { findCurrent } from './find-current.ts';
import { keepRecipe, loopFiles, nameStepFolder } from './loop-folder.ts';
import { checkRecipe, type LoopRecipe } from './loop-recipe.ts';
import { requireUnchanged } from './require-unchanged.ts';
import { setAside } from './set-aside.ts';
import type { Fields, Step, StepContext, StepEnd } from './step.ts';
import { type MadeFile, openStepLog, type StepEntry, type StepLog } from './step-log.ts';

export interface RunLoopOptions {
  readonly recipe: LoopRecipe;
  /** Begun there, or gone on with. */
  readonly folder: string;
  /** @defaultValue 0 */
  readonly seed?: number;
  /** Steps that may be at work at once, where none reads what another makes. @defaultValue 1 */
  readonly parallel?: number;
  /** Ends after what is out, and keeps what was done. The same call goes on. */
  readonly stop?: AbortSignal;
  /** Ends at once. */
  readonly abort?: AbortSignal;
  readonly onEvent?: (event: LoopEvent) => void;
}

/** What happens while a loop runs. */
export type LoopEvent =
  | { readonly kind: 'begun' | 'told' | 'said'; readonly step: string; readonly text: string }
  /** It ends the loop. Steps that were at work beside it end after what is out, and no event tells of them. */
  | { readonly kind: 'failed'; readonly step: string; readonly error: unknown }
  | {
      readonly kind: 'done';
      readonly step: string;
      /** Undefined where an earlier session had done it. */
      readonly seconds: number | undefined;
      readonly figures: Fields;
    };

/**
 * Runs a loop to its end, or goes on with the one that is in the folder.
 *
 * Each step begins when those that it reads are done. What a step made is noted once, with its SHA-256, and is never made again; the
 * step that was at work when the loop was killed goes on where its own run can. So a loop that was killed ends with the same
 * files as one that was not.
 *
 * @returns the steps that are done, by name: all of them
 * @throws LoopError; RunsError `RUN_LOCKED`; what a step throws
 * @example
 * const steps = await runLoop({ recipe: nanoLoop(), folder: 'loops/nano', parallel: 2 });
 */
export async function runLoop(options: RunLoopOptions): Promise<ReadonlyMap<string, StepEntry>> {
  const { recipe, folder, seed = 0, parallel = 1 } = options;
  checkRecipe(recipe);
  checkOptions({ seed, parallel });
  await makeFolder(folder);
  const unlock = await acquireRunLock(folder);
  try {
    await keepRecipe(folder, { recipe, seed });
    const log = await openStepLog(folder);
    try {
      return await runSteps({ ...options, seed, parallel, log });
    } finally {
      await log.close();
    }
  } finally {
    await unlock();
  }
}

interface LoopWork extends RunLoopOptions {
  readonly seed: number;
  readonly parallel: number;
  readonly log: StepLog;
}

async function runSteps(work: LoopWork): Promise<ReadonlyMap<string, StepEntry>> {
  const { recipe, parallel, log, onEvent } = work;
  // The failure of one step ends the others, which keep what they did.
  const failing = new AbortController();
  const stop = AbortSignal.any([failing.signal, work.stop, work.abort].filter((one) => one !== undefined));
  const done = findCurrent(recipe.steps, log.find);
  const atWork = new Map<string, Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  for (const [step, { figures }] of done) onEvent?.({ kind: 'done', step, seconds: undefined, figures });
  const begin = (step: Step): void => {
    const running = runStep(step, { ...work, stop, done }).then(
      (entry) => {
        done.set(step.name, entry);
        // Made again as it was, it leaves those that rest on it as they are.
        for (const [name, one] of findCurrent(recipe.steps, log.find)) {
          if (done.has(name)) continue;
          done.set(name, one);
          onEvent?.({ kind: 'done', step: name, seconds: undefined, figures: one.figures });
        }
      },
      (error: unknown) => {
        if (!stop.aborted) onEvent?.({ kind: 'failed', step: step.name, error });
        failure ??= { error };
        failing.abort(error);
      },
    );
    atWork.set(
      step.name,
      running.finally(() => atWork.delete(step.name)),
    );
  };
  for (;;) {
    for (const step of recipe.steps) {
      if (stop.aborted || atWork.size >= parallel) break;
      const isOpen = !done.has(step.name) && !atWork.has(step.name);
      if (isOpen && step.after.every((name) => done.has(name))) begin(step);
    }
    if (atWork.size === 0) break;
    await Promise.race(atWork.values());
  }
  if (failure !== undefined) throw failure.error;
  stop.throwIfAborted();
  await writeManifest(work, done);
  return done;
}

/** Steps end in any order; here they stand in the recipe's, so that loops can be compared byte by byte. */
async function writeManifest({ recipe, folder, seed }: LoopWork, done: ReadonlyMap<string, StepEntry>): Promise<void> {
  const steps = recipe.steps.map(({ name }) => findEntry(done, name));
  const text = JSON.stringify({ loop: recipe.name, seed, steps }, null, 2);
  await writeFileAtomic(join(folder, loopFiles.manifest), `${text}\n`);
}

interface StepWork extends LoopWork {
  readonly stop: AbortSignal;
  readonly done: ReadonlyMap<string, StepEntry>;
}

async function runStep(step: Step, work: StepWork): Promise<StepEntry> {
  const { folder, seed, stop, abort, log, onEvent, done } = work;
  const { name } = step;
  const own = nameStepFolder(folder, name);
  const read = new Map(step.after.map((other) => [other, findEntry(done, other)]));
  for (const entry of read.values()) await requireUnchanged(folder, entry);
  const kept = await setAside(own, log.find(name));
  await makeFolder(own);
  const startedAt = performance.now();
  const emit = (kind: 'begun' | 'told' | 'said', text: string): void => onEvent?.({ kind, step: name, text });
  emit('begun', step.kind);
  if (kept !== undefined)
    emit('said', `What it reads was made anew, and so is it. What it made before is in '${kept}'.`);
  const context: StepContext = {
    ...{ folder: own, seed, stop, abort: abort ?? new AbortController().signal },
    getFile: (other, file) => {
      const made = read.get(other)?.files[file];
      if (made === undefined) throw notMade(name, { other, file });
      return join(nameStepFolder(folder, other), made.path);
    },
    getFolder: (other) => {
      if (!read.has(other)) throw notMade(name, { other, file: 'folder' });
      return nameStepFolder(folder, other);
    },
    getFigures: (other) => {
      const entry = read.get(other);
      if (entry === undefined) throw notMade(name, { other, file: 'figures' });
      return entry.figures;
    },
    tell: (text) => emit('told', text),
    say: (text) => emit('said', text),
  };
  const { files, figures = {} } = await step.run(context);
  const entry: StepEntry = {
    step: name,
    inputs: Object.fromEntries([...read].map(([other, known]) => [other, digest(known)])),
    files: await hashFiles(step, { folder: own, files }),
    figures,
  };
  // What JSON would change silently, such as a figure that is no number, is refused before it is noted.
  digest(entry);
  await log.add(entry);
  onEvent?.({ kind: 'done', step: name, seconds: (performance.now() - startedAt) / 1000, figures });
  return entry;
}

function findEntry(done: ReadonlyMap<string, StepEntry>, step: string): StepEntry {
  const entry = done.get(step);
  if (entry === undefined) throw new Error(`Step '${step}' is not done.`);
  return entry;
}

async function hashFiles(
  { name }: Step,
  { folder, files }: { readonly folder: string; readonly files: StepEnd['files'] },
): Promise<StepEntry['files']> {
  const made: Record<string, MadeFile> = {};
  for (const [file, path] of Object.entries(files)) {
    const at = join(folder, path);
    if (!(await pathExists(at))) throw notMade(name, { other: name, file: path });
    made[file] = { path, sha256: await hashFile(at) };
  }
  return made;
}

function notMade(step: string, { other, file }: { readonly other: string; readonly file: string }): LoopError {
  return new LoopError({
    code: 'STEP_BROKEN',
    what: `Step '${step}' asks for '${file}' of step '${other}', which is not there.`,
    next: 'This is an error in the recipe: name the step in `after`, and the file in what it leaves.',
    fields: { step, other, file },
  });
}
