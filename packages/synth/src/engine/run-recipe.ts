import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deriveSeed, makeFolder } from '@scalequest/core';
import { acquireRunLock } from '@scalequest/runs';
import { SynthError } from '../errors.ts';
import { ClosedLoop, type NextShard } from './closed-loop.ts';
import { Funnel, listStagesOf } from './funnel.ts';
import { type Manifest, type ManifestEntry, openManifest } from './manifest.ts';
import { type CheckedRecipe, checkRecipe, type Recipe } from './recipe.ts';
import { removeDoneJournals, removeHalfWritten } from './remove-leftovers.ts';
import { type Fields, formatRowId, type Row } from './row.ts';
import { keepRecipe, nameOpenFolder } from './run-folder.ts';
import { beginSession, type Session, type SynthProgress } from './session.ts';
import { readKept, readMemory, type SealedShard, type ShardPlace, writeShard } from './shard-files.ts';
import { openShardModels, type RecipeModel } from './shard-models.ts';
import type { Decision, FreeStageRun, OrderedStageRun, Shard, Stage } from './stage.ts';
import { type Ticket, Turnstile } from './turnstile.ts';

export interface RunRecipeOptions {
  readonly recipe: Recipe;
  /** Begun there, or gone on with. */
  readonly folder: string;
  /** @defaultValue 0 */
  readonly seed?: number;
  /** What answers for each role that a stage asks. */
  readonly models?: Readonly<Record<string, RecipeModel>>;
  /** Sends nothing more, waits for the answers that are out, and ends with its reason. The same call goes on. */
  readonly stop?: AbortSignal;
  /** Ends the run at once: what is out is given up, and sent once more by the same call. */
  readonly signal?: AbortSignal;
  /** Told of each shard that a stage is done with, those of earlier sessions not. */
  readonly onShard?: (entry: ManifestEntry) => void;
  /** Told how it goes, at each of these and every two seconds. */
  readonly onProgress?: (progress: SynthProgress) => void;
}

/** How many rows of a generator are in the dataset. */
export interface GeneratorResult {
  readonly generator: string;
  /** The rows that passed every stage, those beyond what was wanted left out. */
  readonly accepted: number;
  /** Rows that it gave, the dropped ones included. */
  readonly rows: number;
  /** False where the generator came to its end before: its list, or fifty rows for each that is wanted. */
  readonly isComplete: boolean;
}

/**
 * Runs a recipe to its dataset, or goes on with the run that is in the folder.
 *
 * Each shard goes through the stages on its own, so that all models are at work at once; a stage that needs an order takes
 * them in one that no clock decides. What a stage said of a shard is written once and is never made again; of a shard that it
 * was not done with, every answer that had come is in a journal. So a kill at any moment costs what was in flight, and the run
 * that goes on ends with the same bytes.
 *
 * @throws SynthError, ModelsError, RunsError `RUN_LOCKED`; CoreError where the disk refuses
 * @example
 * const results = await runRecipe({ recipe, folder: 'runs/questions', models: { qwen: { client } } });
 */
export async function runRecipe(options: RunRecipeOptions): Promise<readonly GeneratorResult[]> {
  const { folder, seed = 0, models = {} } = options;
  const recipe = checkRecipe(options.recipe);
  requireModels(recipe, models);
  await makeFolder(folder);
  const unlock = await acquireRunLock(folder);
  try {
    await keepRecipe(folder, { recipe, seed, models });
    await removeHalfWritten(folder);
    const funnel = new Funnel(recipe);
    const listStages = (generator: string): readonly string[] => listStagesOf(recipe, generator);
    const manifest = await openManifest(folder, { listStages, onEntry: (entry) => funnel.add(entry) });
    try {
      await removeDoneJournals(folder, manifest);
      const session = await beginSession({ folder, funnel, models, onProgress: options.onProgress });
      return await runSession({ ...options, folder, seed, models, recipe, manifest, funnel, session });
    } finally {
      await manifest.close();
    }
  } finally {
    await unlock();
  }
}

interface SessionWork extends Omit<RunRecipeOptions, 'recipe'> {
  readonly recipe: CheckedRecipe;
  readonly seed: number;
  readonly models: Readonly<Record<string, RecipeModel>>;
  readonly manifest: Manifest;
  readonly funnel: Funnel;
  readonly session: Session;
}

async function runSession({ session, funnel, ...work }: SessionWork): Promise<readonly GeneratorResult[]> {
  const { recipe, folder, seed, models, manifest, onShard } = work;
  const stop = work.stop ?? new AbortController().signal;
  // A failure of one shard ends the others, and waits for them.
  const giveUp = new AbortController();
  const signal = work.signal === undefined ? giveUp.signal : AbortSignal.any([work.signal, giveUp.signal]);
  const stages: OpenStage[] = [];
  const fail = createFailure({ stop, giveUp });
  const seal = (entry: ManifestEntry): void => {
    funnel.add(entry);
    onShard?.(entry);
    session.tell();
  };
  try {
    for (const stage of recipe.stages) {
      const context = { seed, scratch: join(folder, 'scratch', stage.name), signal };
      if (stage.order === 'free') stages.push({ stage, free: await stage.open(context) });
      else stages.push({ stage, ordered: await stage.open(context), turnstile: new Turnstile() });
    }
    const results = await runLoops({ recipe, folder, seed, models, manifest, stages, fail, stop, signal, seal });
    await closeStages(stages);
    await session.end('finished');
    return results;
  } catch (error) {
    await closeStages(stages).catch(() => undefined);
    const isAsked = stop.aborted || work.signal?.aborted === true;
    // Where the disk is full this cannot be written either, and the first error is the one to tell.
    await session.end(isAsked ? 'stopped' : 'failed', error).catch(() => undefined);
    throw error;
  }
}

/** Each is closed, whatever becomes of the others. */
async function closeStages(stages: readonly OpenStage[]): Promise<void> {
  const ends = await Promise.allSettled(stages.map((one) => (one.free ?? one.ordered).close?.()));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** Keeps the first error, and has all work given up for it, unless what is out may come to its end. */
interface Failure {
  readonly note: (error: unknown) => void;
  readonly first: () => { readonly error: unknown } | undefined;
}

function createFailure({ stop, giveUp }: { readonly stop: AbortSignal; readonly giveUp: AbortController }): Failure {
  let first: { readonly error: unknown } | undefined;
  return {
    note: (error) => {
      first ??= { error };
      if (!stop.aborted) giveUp.abort(error);
    },
    first: () => first,
  };
}

interface OpenFreeStage {
  readonly stage: Stage<Fields, Fields>;
  readonly free: FreeStageRun;
  readonly ordered?: never;
}

interface OpenOrderedStage {
  readonly stage: Stage<Fields, Fields>;
  readonly free?: never;
  readonly ordered: OrderedStageRun;
  readonly turnstile: Turnstile;
}

type OpenStage = OpenFreeStage | OpenOrderedStage;

interface Line {
  readonly recipe: CheckedRecipe;
  readonly folder: string;
  readonly seed: number;
  readonly models: Readonly<Record<string, RecipeModel>>;
  readonly manifest: Manifest;
  readonly stages: readonly OpenStage[];
  readonly fail: Failure;
  readonly stop: AbortSignal;
  readonly signal: AbortSignal;
  /** Told of what is in the manifest now. */
  readonly seal: (entry: ManifestEntry) => void;
}

async function runLoops(line: Line): Promise<readonly GeneratorResult[]> {
  const { generators, shardRows, window } = line.recipe;
  const loops = generators.map((generator) => ({
    name: generator.name,
    generator,
    loop: new ClosedLoop({ generator, shardRows, window }),
    ends: new Map<number, Promise<void>>(),
    rows: 0,
    accepted: 0,
    isFinished: false,
  }));
  try {
    for (let slot = 0; loops.some(({ isFinished }) => !isFinished); slot++) {
      for (const one of loops) {
        if (one.isFinished) continue;
        await Promise.all(one.loop.listAwaited(slot).map((number) => one.ends.get(number)));
        requireGoingOn(line);
        const next = one.loop.next(slot);
        if (next === 'finished') one.isFinished = true;
        if (typeof next === 'string') continue;
        one.rows += next.rows;
        const end = runShard(line, { generator: one.name, ...next }).then(
          (accepted) => {
            one.loop.end(next.number, accepted);
            one.accepted += accepted;
            one.ends.delete(next.number);
          },
          (error: unknown) => {
            line.fail.note(error);
            throw error;
          },
        );
        end.catch(() => undefined);
        one.ends.set(next.number, end);
      }
    }
  } catch (error) {
    line.fail.note(error);
  }
  await Promise.allSettled(loops.flatMap(({ ends }) => [...ends.values()]));
  const failure = line.fail.first();
  if (failure !== undefined) throw failure.error;
  return loops.map(({ name, generator: { accept }, rows, accepted }) => ({
    ...{ generator: name, rows },
    accepted: accept === 'all' ? accepted : Math.min(accept, accepted),
    isComplete: accept === 'all' || accepted >= accept,
  }));
}

type ShardRange = NextShard & { readonly generator: string };

/** @returns how many rows pass every stage */
async function runShard(line: Line, range: ShardRange): Promise<number> {
  const { generator } = range;
  const stages = line.stages.filter(({ stage: { generators } }) => generators?.includes(generator) ?? true);
  // Drawn before anything is awaited: the order of shards is that in which they begin.
  const tickets = stages.map((one) => (one.free === undefined ? one.turnstile.draw() : undefined));
  try {
    const entries = stages.map(({ stage }) => line.manifest.find(toPlace(stage, range)));
    const open = entries.indexOf(undefined);
    const sealed = open < 0 ? stages.length : open;
    for (const [position, one] of stages.slice(0, sealed).entries()) {
      const ticket = tickets[position];
      if (ticket !== undefined) await remember(line, { one, ticket, range });
    }
    if (sealed === stages.length) {
      line.manifest.forget(range);
      return entries.at(-1)?.kept ?? 0;
    }
    let rows = await readRows(line, { range, sealed: stages.slice(0, sealed).map(({ stage }) => stage) });
    for (const [position, one] of stages.entries()) {
      if (position < sealed) continue;
      const needed = new Set(stages.slice(position).flatMap(({ stage: { needs } }) => needs));
      rows = await runStage(line, {
        one,
        ticket: tickets[position],
        range,
        rows: rows.map((row) => pick(row, needed)),
      });
    }
    line.manifest.forget(range);
    return rows.length;
  } catch (error) {
    for (const ticket of tickets) ticket?.fail(error);
    throw error;
  }
}

async function remember(
  line: Line,
  { one, ticket, range }: { readonly one: OpenStage; readonly ticket: Ticket; readonly range: ShardRange },
): Promise<void> {
  await ticket.turn;
  requireGoingOn(line);
  const shard = findSealed(line, toPlace(one.stage, range));
  one.ordered?.remember(await readMemory(line.folder, shard));
  ticket.pass();
}

/** Neither given up nor asked to end. */
function requireGoingOn({ signal, stop }: Line): void {
  signal.throwIfAborted();
  stop.throwIfAborted();
}

function findSealed({ manifest }: Line, place: ShardPlace): SealedShard {
  return { ...place, sha256: manifest.find(place)?.sha256 ?? {} };
}

interface StageWork {
  readonly one: OpenStage;
  readonly ticket: Ticket | undefined;
  readonly range: ShardRange;
  readonly rows: readonly Row[];
}

/** @returns the rows that it kept, with what it gave them */
async function runStage(line: Line, { one, ticket, range, rows }: StageWork): Promise<readonly Row[]> {
  const { stage } = one;
  const place = toPlace(stage, range);
  const { folder, seed, recipe, signal } = line;
  requireGoingOn(line);
  const journal = nameOpenFolder(folder, place);
  const models = openShardModels({
    ...{ folder: journal, stage: stage.name, models: line.models, stop: line.stop, signal },
    onFatal: line.fail.note,
  });
  const shard: Shard = {
    generator: range.generator,
    number: range.number,
    rows,
    models,
    seedOf: (row, epoch = 0) =>
      deriveSeed({ seed, configuration: recipe.digest, id: `${stage.name}/${formatRowId(row)}`, epoch }),
    signal,
  };
  let decided: Decided;
  try {
    decided = await judge(one, { shard, ticket });
  } finally {
    await models.close();
  }
  const { decisions, memory } = decided;
  requireWord(stage, { rows, decisions });
  const indices = rows.map(({ index }) => index);
  const sha256 = await writeShard(folder, place, { indices, decisions, memory });
  const kept = rows.flatMap((row, position) => {
    const decision = decisions[position];
    if (decision === undefined || !('keep' in decision)) return [];
    return [{ ...row, fields: { ...row.fields, ...decision.keep } }];
  });
  const usage = models.getUsage();
  const entry: ManifestEntry = {
    ...place,
    ...{ rows: rows.length, kept: kept.length, dropped: countDrops(decisions), sha256 },
    ...(usage.requests === 0 ? {} : { usage }),
  };
  await line.manifest.add(entry);
  await rm(journal, { recursive: true, force: true });
  line.seal(entry);
  return kept;
}

interface Decided {
  readonly decisions: readonly Decision[];
  readonly memory?: Uint8Array;
}

async function judge(
  { free, ordered }: OpenStage,
  { shard, ticket }: { readonly shard: Shard; readonly ticket: Ticket | undefined },
): Promise<Decided> {
  if (free !== undefined) return { decisions: await free.judge(shard) };
  const prepared = await ordered.prepare(shard);
  await ticket?.turn;
  shard.signal.throwIfAborted();
  const decided = ordered.judge(shard, prepared);
  ticket?.pass();
  return decided;
}

/** The rows of a shard as the last of some sealed stages left them. */
async function readRows(
  line: Line,
  { range, sealed }: { readonly range: ShardRange; readonly sealed: readonly Stage<Fields, Fields>[] },
): Promise<readonly Row[]> {
  const { generator, first, rows: count } = range;
  let rows: Row[] = Array.from({ length: count }, (_, position) => ({
    generator,
    index: first + position,
    fields: {},
  }));
  for (const stage of sealed) {
    const kept = new Map(
      (await readKept(line.folder, findSealed(line, toPlace(stage, range)))).map(({ index, fields }) => [
        index,
        fields,
      ]),
    );
    rows = rows.flatMap((row) => {
      const fields = kept.get(row.index);
      return fields === undefined ? [] : [{ ...row, fields: { ...row.fields, ...fields } }];
    });
  }
  return rows;
}

/** What no later stage reads need not stay in memory: it is in its file. */
function pick(row: Row, needed: ReadonlySet<string>): Row {
  const fields: Fields = Object.fromEntries(Object.entries(row.fields).filter(([name]) => needed.has(name)));
  return { ...row, fields };
}

function countDrops(decisions: readonly Decision[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const decision of decisions) if ('drop' in decision) counts[decision.drop] = (counts[decision.drop] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function toPlace(stage: Pick<Stage, 'name'>, { generator, number }: ShardRange): ShardPlace {
  return { stage: stage.name, generator, number };
}

/** What is read again in a later session must be what goes on in this one. */
function requireWord(
  { name, gives }: Stage<Fields, Fields>,
  { rows, decisions }: { readonly rows: readonly Row[]; readonly decisions: readonly Decision[] },
): void {
  if (decisions.length !== rows.length)
    throw brokenStage(name, `${decisions.length} decisions for ${rows.length} rows`);
  for (const [position, decision] of decisions.entries()) {
    const said = 'keep' in decision ? decision.keep : { drop: decision.drop, because: decision.because ?? null };
    const missing = 'keep' in decision ? gives.find((field) => !Object.hasOwn(decision.keep, field)) : undefined;
    const lossy = Object.entries(said).find(([, value]) => !isJson(value))?.[0];
    if (missing === undefined && lossy === undefined) continue;
    const row = rows[position];
    const id = row === undefined ? position : formatRowId(row);
    throw brokenStage(
      name,
      missing === undefined
        ? `what it says of row '${id}' has a '${lossy}' that JSON cannot hold`
        : `row '${id}' was kept without '${missing}'`,
    );
  }
}

/** `NaN`, `undefined` and dates would come back from the disk as something else. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return value !== undefined && typeof value !== 'function';
  if (Array.isArray(value)) return value.every(isJson);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson);
}

function requireModels({ stages }: CheckedRecipe, models: Readonly<Record<string, RecipeModel>>): void {
  const missing = [...new Set(stages.flatMap((stage) => stage.models ?? []))].filter(
    (role) => models[role] === undefined,
  );
  if (missing.length === 0) return;
  throw new SynthError({
    code: 'MODEL_MISSING',
    kind: 'request',
    what: `The recipe asks ${missing.map((role) => `'${role}'`).join(', ')}, and no model answers for it.`,
    next: 'Give the endpoint of each.',
    fields: { missing },
  });
}

function brokenStage(stage: string, seen: string): SynthError {
  return new SynthError({
    code: 'STAGE_BROKEN',
    what: `Stage '${stage}' does not keep its word: ${seen}.`,
    next: 'This is an error in the stage, not in what it was given.',
    fields: { stage },
  });
}
