import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asFileError, pathExists } from '@scalequest/core';
import { z } from 'zod';
import { findTaskOfResult } from '../benchmarks/choose-set.ts';
import type { BoardInput, NamedResult } from './build-board.ts';
import { checkResult, type Finding } from './check-result.ts';
import { isAsWritten } from './is-as-written.ts';
import { type ReportedFile, reportedSchema } from './reported-file.ts';
import { resultSchema } from './result-schema.ts';

/** The folders and the file that the board is made from. */
export const sources = { results: 'results', reported: 'reported', notes: 'notes.json' } as const;

export interface ReadResults {
  readonly results: readonly NamedResult[];
  /** Results that can be read and have findings: no rows. */
  readonly unsound: readonly NamedResult[];
  /** Names of files that are no results. */
  readonly unread: readonly string[];
  /** What is wrong with a file; then it is not among the rest. */
  readonly findings: readonly Finding[];
}

export interface ReadLeaderboard extends BoardInput, ReadResults {}

/** Reads and checks the sources of a leaderboard. What is not there is empty. */
export async function readLeaderboard(dir: string): Promise<ReadLeaderboard> {
  const { findings, ...results } = await parseResults(await readFiles(join(dir, sources.results), sources.results));
  const reported: ReportedFile[] = [];
  const bad: Finding[] = [...findings];
  for (const { place, text } of await readFiles(join(dir, sources.reported), sources.reported)) {
    const file = parse(place, text, reportedSchema, bad);
    if (file === undefined) continue;
    const unknown = new Set(
      file.rows.flatMap(({ scores }) => Object.keys(scores)).filter((name) => findTaskOfResult(name) === undefined),
    );
    if (unknown.size > 0)
      bad.push({ place: `${place}, scores`, what: `No benchmark that ships is called ${[...unknown].join(', ')}.` });
    else reported.push(file);
  }
  const notesPath = join(dir, sources.notes);
  const notes = (await pathExists(notesPath))
    ? (parse(sources.notes, await readText(notesPath), z.array(z.string()), bad) ?? [])
    : [];
  return { ...results, reported, notes, findings: bad };
}

/** Reads and checks result files, given as texts by their name. */
export async function parseResults(
  files: readonly { readonly place: string; readonly text: string }[],
): Promise<ReadResults> {
  const results: NamedResult[] = [];
  const unsound: NamedResult[] = [];
  const unread: string[] = [];
  const findings: Finding[] = [];
  for (const { place, text } of files) {
    const file = place.slice(place.lastIndexOf('/') + 1);
    const result = parse(place, text, resultSchema, findings);
    if (result === undefined) {
      unread.push(file);
      continue;
    }
    const own = [...(await checkResult(place, result))];
    if (!isAsWritten(text)) own.push({ place, what: 'A key is there twice, or a value is written in an unusual way.' });
    (own.length === 0 ? results : unsound).push({ file, result });
    findings.push(...own);
  }
  return { results, unsound, unread, findings };
}

/** Every `.json` of a folder, by name. */
async function readFiles(
  folder: string,
  name: string,
): Promise<readonly { readonly place: string; readonly text: string }[]> {
  if (!(await pathExists(folder))) return [];
  const names = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  return await Promise.all(
    names.map(async (file) => ({ place: `${name}/${file}`, text: await readText(join(folder, file)) })),
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}

function parse<T>(place: string, text: string, schema: z.ZodType<T>, findings: Finding[]): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    findings.push({ place, what: 'It is no JSON.' });
    return undefined;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    findings.push({
      place: [place, path.map(String).join('.')].filter((part) => part !== '').join(', '),
      what: `${message}.`,
    });
  }
  return undefined;
}
