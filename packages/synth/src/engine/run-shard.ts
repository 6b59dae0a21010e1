import { rm } from 'node:fs/promises';
import { deriveSeed } from '@scalequest/core';
import type { NextShard } from './closed-loop.ts';
import type { Failure } from './failure.ts';
import type { Manifest, ManifestEntry } from './manifest.ts';
import type { CheckedRecipe } from './recipe.ts';
import { requireAnswers } from './require-answers.ts';
import { requireWord } from './require-word.ts';
import { type Fields, formatRowId, type Row } from './row.ts';
import { nameOpenFolder } from './run-folder.ts';
import { readKept, readMemory, type SealedShard, type ShardPlace, writeShard } from './shard-files.ts';
import { openShardModels, type RecipeModel } from './shard-models.ts';
import type { Decision, FreeStageRun, OrderedStageRun, Shard, Stage } from './stage.ts';
import type { Ticket, Turnstile } from './turnstile.ts';

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

export type OpenStage = OpenFreeStage | OpenOrderedStage;

/** What all shards of a session have in common. */
export interface Line {
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

export type ShardRange = NextShard & { readonly generator: string };

/**
 * Has a shard go through its stages, those that an earlier session was done with left out.
 *
 * @returns how many rows pass every stage
 */
export async function runShard(line: Line, range: ShardRange): Promise<number> {
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
export function requireGoingOn({ signal, stop }: Line): void {
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
    decided = await judge(line, { one, shard, ticket });
  } finally {
    await models.close();
  }
  const { decisions, memory } = decided;
  requireWord(stage, { rows, decisions });
  requireAnswers(place, { decisions, models });
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

interface JudgeInput extends Pick<StageWork, 'one' | 'ticket'> {
  readonly shard: Shard;
}

async function judge(line: Line, { one: { free, ordered }, shard, ticket }: JudgeInput): Promise<Decided> {
  if (free !== undefined) return { decisions: await free.judge(shard) };
  const prepared = await ordered.prepare(shard);
  await ticket?.turn;
  // Many may wait here: what they were prepared with is soon made again.
  requireGoingOn(line);
  const decided = await ordered.judge(shard, prepared);
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
