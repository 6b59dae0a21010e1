import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asFileError, deriveSeed, getSystemErrorCode, makeFolder } from '@scalequest/core';
import { acquireRunLock } from '@scalequest/runs';
import { SynthError } from '../errors.ts';
import { ClosedLoop, type NextShard } from './closed-loop.ts';
import { type Manifest, type ManifestEntry, openManifest } from './manifest.ts';
import { type CheckedRecipe, checkRecipe, type Recipe } from './recipe.ts';
import { type Fields, formatRowId, type Row } from './row.ts';
import { keepRecipe, nameOpenFolder } from './run-folder.ts';
import { nameShardFiles, readKept, type ShardPlace, writeShard } from './shard-files.ts';
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
  /** Ends the run. What was answered is kept, and the same call goes on. */
  readonly signal?: AbortSignal;
  /** Told of each shard that a stage is done with, those of earlier sessions not. */
  readonly onShard?: (entry: ManifestEntry) => void;
}

/** How many rows of a generator are in the dataset. */
export interface GeneratorResult {
  readonly generator: string;
  /** The rows that passed every stage, those beyond what was wanted left out. */
  readonly accepted: number;
  /** False where the generator came to its end before. */
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
  const { folder, seed = 0, models = {}, signal, onShard } = options;
  const recipe = checkRecipe(options.recipe);
  requireModels(recipe, models);
  await makeFolder(folder);
  const unlock = await acquireRunLock(folder);
  try {
    await keepRecipe(folder, { recipe, seed });
    await removeHalfWritten(folder);
    const manifest = await openManifest(folder);
    // A failure of one shard ends the others, and waits for them.
    const stop = new AbortController();
    const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    const stages: OpenStage[] = [];
    try {
      for (const stage of recipe.stages) {
        const context = { seed, scratch: join(folder, 'scratch', stage.name), signal: both };
        if (stage.order === 'free') stages.push({ stage, free: await stage.open(context) });
        else stages.push({ stage, ordered: await stage.open(context), turnstile: new Turnstile() });
      }
      const line = { recipe, folder, seed, models, manifest, stages, stop, signal: both, onShard };
      return await runLoops(line);
    } finally {
      for (const one of stages) await (one.free ?? one.ordered).close?.();
      await manifest.close();
    }
  } finally {
    await unlock();
  }
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
  readonly stop: AbortController;
  readonly signal: AbortSignal;
  readonly onShard: RunRecipeOptions['onShard'];
}

async function runLoops(line: Line): Promise<readonly GeneratorResult[]> {
  const { generators, shardRows, window } = line.recipe;
  const loops = generators.map((generator) => ({
    name: generator.name,
    generator,
    loop: new ClosedLoop({ generator, shardRows, window }),
    ends: new Map<number, Promise<void>>(),
    accepted: 0,
    isFinished: false,
  }));
  let failure: { readonly error: unknown } | undefined;
  try {
    for (let slot = 0; loops.some(({ isFinished }) => !isFinished); slot++) {
      for (const one of loops) {
        if (one.isFinished) continue;
        await Promise.all(one.loop.listAwaited(slot).map((number) => one.ends.get(number)));
        line.signal.throwIfAborted();
        const next = one.loop.next(slot);
        if (next === 'finished') one.isFinished = true;
        if (typeof next === 'string') continue;
        const end = runShard(line, { generator: one.name, ...next }).then(
          (accepted) => {
            one.loop.end(next.number, accepted);
            one.accepted += accepted;
            one.ends.delete(next.number);
          },
          (error: unknown) => {
            failure ??= { error };
            line.stop.abort(error);
            throw error;
          },
        );
        end.catch(() => undefined);
        one.ends.set(next.number, end);
      }
    }
  } catch (error) {
    failure ??= { error };
    line.stop.abort(error);
  }
  await Promise.allSettled(loops.flatMap(({ ends }) => [...ends.values()]));
  if (failure !== undefined) throw failure.error;
  return loops.map(({ name, generator: { accept }, accepted }) => ({
    generator: name,
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
    if (sealed === stages.length) return entries.at(-1)?.kept ?? 0;
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
  line.signal.throwIfAborted();
  const path = nameShardFiles(line.folder, toPlace(one.stage, range)).memory;
  let memory: Uint8Array;
  try {
    memory = await readFile(path);
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
  one.ordered?.remember(memory);
  ticket.pass();
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
  signal.throwIfAborted();
  const journal = nameOpenFolder(folder, place);
  const models = openShardModels({ folder: journal, stage: stage.name, models: line.models, signal });
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
  if (decisions.length !== rows.length)
    throw brokenStage(stage.name, `${decisions.length} decisions for ${rows.length} rows`);
  const indices = rows.map(({ index }) => index);
  const sha256 = await writeShard(folder, place, { indices, decisions, memory });
  const kept = rows.flatMap((row, position) => {
    const decision = decisions[position];
    if (decision === undefined || !('keep' in decision)) return [];
    const missing = stage.gives.find((field) => !Object.hasOwn(decision.keep, field));
    if (missing !== undefined) throw brokenStage(stage.name, `row '${formatRowId(row)}' was kept without '${missing}'`);
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
  line.onShard?.(entry);
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
      (await readKept(line.folder, toPlace(stage, range))).map(({ index, fields }) => [index, fields]),
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

/** What a killed session left beside the files that it was about to write. Only for the process that holds the folder. */
async function removeHalfWritten(folder: string): Promise<void> {
  for (const place of [folder, join(folder, 'shards')]) {
    let names: readonly string[];
    try {
      names = await readdir(place, { recursive: place !== folder });
    } catch (error) {
      if (getSystemErrorCode(error) === 'ENOENT') continue;
      throw asFileError(error, { path: place, action: 'read' });
    }
    for (const name of names) if (/\.[0-9a-f]{12}\.tmp$/.test(name)) await rm(join(place, name), { force: true });
  }
}

function brokenStage(stage: string, seen: string): SynthError {
  return new SynthError({
    code: 'STAGE_BROKEN',
    what: `Stage '${stage}' does not keep its word: ${seen}.`,
    next: 'This is an error in the stage, not in what it was given.',
    fields: { stage },
  });
}
