import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  canonicalJson,
  createJsonLinesWriter,
  cutTornTail,
  isScaleQuestError,
  pathExists,
  readJsonLines,
  writeFileAtomic,
} from '@scalequest/core';
import type { ModelStatistics } from '@scalequest/models';
import { z } from 'zod';
import type { Funnel, GeneratorFigures, StageFigures } from './funnel.ts';
import type { RecipeModel } from './shard-models.ts';

/** What one role of a recipe asked in a session. Requests that were lost or sent again are here, and nowhere in the manifest. */
export interface RoleFigures {
  readonly model: string;
  /** That were sent, repeats included. */
  readonly requests: number;
  readonly resent: number;
  readonly inFlight: number;
  /** Servers on its list, and those that are not left alone after failures; none where no servers are asked. */
  readonly endpoints: { readonly listed: number; readonly available: number };
  /** Of the last ten seconds. */
  readonly answeredPerSecond: number;
  readonly completionTokensPerSecond: number;
  /** Failed attempts by class. */
  readonly failures: Readonly<Record<string, number>>;
  /** As the servers counted them; 0 where they count none. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** By the prices; undefined where none are known. */
  readonly cost?: number | undefined;
}

/** A time in which one process worked on a run. */
export interface SessionRecord {
  /** ISO 8601. */
  readonly startedAt: string;
  /** When it ended, or was last heard of. */
  readonly at: string;
  /** `killed` is one that did not say how it ended. */
  readonly end: 'running' | 'finished' | 'stopped' | 'failed' | 'killed';
  /** The code of the error that ended it. */
  readonly error?: string | undefined;
  readonly pid: number;
  readonly host: string;
  /** Rows of the dataset when it began, and now. */
  readonly acceptedBefore: number;
  readonly accepted: number;
  readonly models: Readonly<Record<string, RoleFigures>>;
  /** Of what ran it, such as `{ scalequest: '0.1.0', node: 'v20.20.0' }`. */
  readonly versions?: Versions | undefined;
}

/** Versions by the name of what has them; null where there is none. */
export type Versions = Readonly<Record<string, string | null>>;

const count = z.number().nonnegative();
const sessionSchema: z.ZodType<SessionRecord> = z.object({
  startedAt: z.string(),
  at: z.string(),
  end: z.enum(['running', 'finished', 'stopped', 'failed', 'killed']),
  error: z.string().optional(),
  pid: count,
  host: z.string(),
  acceptedBefore: count,
  accepted: count,
  models: z.record(
    z.string(),
    z.object({
      model: z.string(),
      requests: count,
      resent: count,
      inFlight: count,
      endpoints: z.object({ listed: count, available: count }),
      answeredPerSecond: count,
      completionTokensPerSecond: count,
      failures: z.record(z.string(), count),
      promptTokens: count,
      completionTokens: count,
      cost: count.optional(),
    }),
  ),
  versions: z.record(z.string(), z.string().nullable()).optional(),
});

/** How a run goes, as this session sees it. */
export interface SynthProgress {
  readonly stages: readonly StageFigures[];
  readonly generators: readonly GeneratorFigures[];
  /** Rows of the dataset that are sure, of all generators. */
  readonly accepted: number;
  /** Undefined where a generator takes each row that passes. */
  readonly wanted: number | undefined;
  readonly elapsedMs: number;
  /** Of this session. */
  readonly acceptedPerSecond: number;
  /** By that rate; undefined where there is none yet. */
  readonly remainingMs: number | undefined;
  /** By role. Where a client was made before the run, its figures are from then on. */
  readonly models: Readonly<Record<string, ModelStatistics>>;
}

export const sessionFiles = { current: 'session.json', past: 'sessions.jsonl' } as const;

export interface SessionOptions {
  readonly folder: string;
  readonly funnel: Funnel;
  readonly models: Readonly<Record<string, RecipeModel>>;
  readonly versions: Versions | undefined;
  readonly onProgress: ((progress: SynthProgress) => void) | undefined;
}

export interface Session {
  /** Tells of a change. */
  readonly tell: () => void;
  readonly end: (end: 'finished' | 'stopped' | 'failed', error?: unknown) => Promise<void>;
}

/** Who looks from outside sees no older figures. */
const everyMs = 2000;

/** Keeps the figures that know a clock. Only for the process that holds the folder. */
export async function beginSession({ folder, funnel, models, versions, onProgress }: SessionOptions): Promise<Session> {
  const started = Date.now();
  const current = join(folder, sessionFiles.current);
  await buryLast(folder);
  const acceptedBefore = sum(funnel.readGenerators());
  const describe = (end: SessionRecord['end'], error?: unknown): SessionRecord => ({
    startedAt: new Date(started).toISOString(),
    at: new Date().toISOString(),
    end,
    ...(error === undefined ? {} : { error: isScaleQuestError(error) ? error.code : nameError(error) }),
    ...{ pid: process.pid, host: hostname(), acceptedBefore, accepted: sum(funnel.readGenerators()) },
    models: Object.fromEntries(Object.entries(models).map(([role, { client }]) => [role, describeRole(client)])),
    ...(versions === undefined ? {} : { versions }),
  });
  const read = (): SynthProgress => {
    const elapsedMs = Date.now() - started;
    const generators = funnel.readGenerators();
    const estimate = estimateEnd(generators, { acceptedBefore, elapsedMs });
    const statistics = Object.entries(models).map(([role, { client }]) => [role, client.getStatistics()] as const);
    return { stages: funnel.readStages(), generators, elapsedMs, ...estimate, models: Object.fromEntries(statistics) };
  };
  let writing = writeFileAtomic(current, formatRecord(describe('running')));
  await writing;
  const refresh = (): void => {
    onProgress?.(read());
    // A disk that takes nothing more is told of by whoever writes what must not be lost.
    writing = writing.then(() => writeFileAtomic(current, formatRecord(describe('running')))).catch(() => undefined);
  };
  const timer = setInterval(refresh, everyMs);
  timer.unref();
  return {
    tell: () => onProgress?.(read()),
    end: async (end, error) => {
      clearInterval(timer);
      await writing;
      await addPast(folder, describe(end, error));
      await rm(current, { force: true });
    },
  };
}

/** What is sure now, and when the rest will be there. */
export function estimateEnd(
  generators: readonly GeneratorFigures[],
  { acceptedBefore, elapsedMs }: { readonly acceptedBefore: number; readonly elapsedMs: number },
): Pick<SynthProgress, 'accepted' | 'wanted' | 'acceptedPerSecond' | 'remainingMs'> {
  const accepted = sum(generators);
  const hasEnd = generators.every((generator) => generator.wanted !== undefined);
  const wanted = hasEnd ? generators.reduce((total, generator) => total + (generator.wanted ?? 0), 0) : undefined;
  const acceptedPerSecond = elapsedMs <= 0 ? 0 : ((accepted - acceptedBefore) * 1000) / elapsedMs;
  const isKnown = wanted !== undefined && acceptedPerSecond > 0;
  const remainingMs = isKnown ? ((wanted - accepted) * 1000) / acceptedPerSecond : undefined;
  return { accepted, wanted, acceptedPerSecond, remainingMs };
}

/** The session that goes on, or that was killed. */
export async function readCurrentSession(folder: string): Promise<SessionRecord | undefined> {
  const path = join(folder, sessionFiles.current);
  if (!(await pathExists(path))) return undefined;
  for await (const { value } of readJsonLines(path, { onBadLine: () => undefined })) {
    return sessionSchema.safeParse(value).data;
  }
  return undefined;
}

/** Those that have ended, the oldest first. What is no record is passed over: nothing depends on it. */
export async function readPastSessions(folder: string): Promise<readonly SessionRecord[]> {
  const path = join(folder, sessionFiles.past);
  if (!(await pathExists(path))) return [];
  const records: SessionRecord[] = [];
  for await (const { value } of readJsonLines(path, { onBadLine: () => undefined })) {
    const parsed = sessionSchema.safeParse(value);
    if (parsed.success) records.push(parsed.data);
  }
  return records;
}

async function readSessions(folder: string): Promise<readonly SessionRecord[]> {
  const current = await readCurrentSession(folder);
  return [...(await readPastSessions(folder)), ...(current === undefined ? [] : [current])];
}

/** What ran the sessions: each set of versions once, the oldest first. */
export async function readVersions(folder: string): Promise<readonly Versions[]> {
  const all = new Map<string, Versions>();
  for (const { versions } of await readSessions(folder)) {
    const key = canonicalJson(versions ?? {});
    if (versions !== undefined && !all.has(key)) all.set(key, versions);
  }
  return [...all.values()];
}

/** What each role has cost in all sessions; none where no prices were known. */
export async function readSpent(folder: string): Promise<Readonly<Record<string, number>>> {
  const spent: Record<string, number> = {};
  for (const { models } of await readSessions(folder))
    for (const [role, { cost }] of Object.entries(models))
      if (cost !== undefined) spent[role] = (spent[role] ?? 0) + cost;
  return spent;
}

/** A session that was killed has left its last figures. */
async function buryLast(folder: string): Promise<void> {
  const last = await readCurrentSession(folder);
  if (last !== undefined) await addPast(folder, { ...last, end: 'killed' });
}

async function addPast(folder: string, record: SessionRecord): Promise<void> {
  const path = join(folder, sessionFiles.past);
  await cutTornTail(path);
  const writer = await createJsonLinesWriter(path);
  await writer.append(record);
  await writer.close();
}

function describeRole(client: RecipeModel['client']): RoleFigures {
  const { requests, resent, inFlight, failures, total, endpoints } = client.getStatistics();
  const costs = endpoints.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  return {
    model: client.model,
    ...{ requests, resent, inFlight, failures },
    endpoints: {
      listed: endpoints.filter(({ isListed }) => isListed).length,
      available: endpoints.filter(({ isListed, isAvailable }) => isListed && isAvailable).length,
    },
    answeredPerSecond: total?.answeredPerSecond ?? 0,
    completionTokensPerSecond: total?.completionTokensPerSecond ?? 0,
    promptTokens: total?.promptTokens ?? 0,
    completionTokens: total?.completionTokens ?? 0,
    ...(costs.length === 0 ? {} : { cost: costs.reduce((one, other) => one + other, 0) }),
  };
}

function sum(generators: readonly GeneratorFigures[]): number {
  return generators.reduce((total, { accepted }) => total + accepted, 0);
}

function nameError(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

function formatRecord(record: SessionRecord): string {
  return `${JSON.stringify(record)}\n`;
}
