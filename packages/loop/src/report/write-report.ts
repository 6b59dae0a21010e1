import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { asFileError, pathExists, writeFileAtomic } from '@scalequest/core';
import { findDifference, makeLeaderboard, nameResult } from '@scalequest/eval';
import { z } from 'zod';
import { LoopError } from '../errors.ts';
import { collectSummary } from './collect-summary.ts';
import { makeReport } from './make-report.ts';
import { renderPage } from './page/render-page.ts';
import { renderMarkdown } from './render-markdown.ts';
import type { LoopReport } from './report-data.ts';
import { type LoopSummary, parseSummary, renderResult } from './summary.ts';

export interface WriteReportOptions {
  /** Folders of finished loops, or files with their summaries: one for each seed, of one recipe with the same settings. */
  readonly from: readonly string[];
  /** Path without an end, such as `docs/loop-report`: the file `docs/loop-report.md`, and a folder of that name with the rest. */
  readonly out: string;
  /** The commit at which the settings were settled. @defaultValue that of the report that is there */
  readonly settledAt?: string;
  /** On what the loops ran. @defaultValue that of the report that is there */
  readonly machine?: string;
}

export interface WrittenReport {
  readonly report: LoopReport;
  /** Paths of the files, as they were given by `out`. */
  readonly written: readonly string[];
}

/** What is not as the summaries make it. */
export interface ReportFinding {
  readonly place: string;
  readonly what: string;
}

/**
 * Makes the report of a loop's seeds: Markdown, a page, the numbers, the summaries from which all of it can be made again, and a
 * leaderboard of the arms' rows. The same summaries give the same bytes.
 *
 * @throws LoopError `LOOP_UNFINISHED`, `SUMMARY_DAMAGED`, `SUMMARIES_DIFFER`, `NO_REPORT`; CoreError where the disk refuses
 * @example
 * await writeReport({ from: [11, 12, 13, 14, 15].map((seed) => `loops/nano-${seed}`), out: 'docs/loop-report' });
 */
export async function writeReport({ from, out: path, ...given }: WriteReportOptions): Promise<WrittenReport> {
  const out = requirePlace(path);
  const summaries: LoopSummary[] = [];
  for (const one of from) summaries.push(await readSummary(one));
  await requireOwnFiles(out);
  const told = { ...(await readTold(out)), ...given };
  const { report, files } = renderAll({ summaries, out, ...told });
  const other = (await listOthers(out, files))[0];
  if (other !== undefined) throw otherReport(other);
  for (const [path, text] of files) await writeFileAtomic(path, text);
  const written = [...files.keys()];
  if (!hasLeaderboard(summaries)) return { report, written };
  const dir = join(out, 'leaderboard');
  const board = await makeLeaderboard({ dir });
  const [finding] = board.findings;
  if (finding !== undefined) throw noBoard(join(dir, finding.place), finding.what);
  return { report, written: [...written, ...board.written.map((name) => join(dir, name))] };
}

/** Makes a report again from its own summaries, in memory, and names every file that differs. Nothing is written. */
export async function checkReport({ out: path }: { readonly out: string }): Promise<readonly ReportFinding[]> {
  const out = requirePlace(path);
  const folder = join(out, 'summaries');
  const names = await listFiles(folder);
  const summaries: LoopSummary[] = [];
  const findings: ReportFinding[] = [];
  for (const name of names) {
    try {
      summaries.push(await readSummary(join(folder, name)));
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      findings.push({ place: join(folder, name), what: error.parts.why ?? error.parts.what });
    }
  }
  // Behind a summary that is damaged all would differ: that would only be said many times.
  if (findings.length > 0) return findings;
  if (names.length === 0) return [{ place: folder, what: 'There is no summary to make the report of.' }];
  const { files } = renderAll({ summaries, out, ...(await readTold(out)) });
  for (const [path, text] of files) {
    const there = await readIfThere(path);
    if (there === undefined) findings.push({ place: path, what: 'It is not there.' });
    else if (there !== text) findings.push({ place: path, what: findDifference(there, text) });
  }
  for (const place of await listOthers(out, files)) findings.push({ place, what: 'No summary makes it.' });
  if (!hasLeaderboard(summaries)) return findings;
  const dir = join(out, 'leaderboard');
  const board = await makeLeaderboard({ dir, check: true });
  const known = new Set(findings.map(({ place }) => place));
  return [
    ...findings,
    ...board.findings
      .map(({ place, what }) => ({ place: join(dir, place), what }))
      .filter(({ place }) => !known.has(place)),
  ];
}

interface Told {
  readonly settledAt?: string | null;
  readonly machine?: string | null;
}

/** Every file of the report but those that the leaderboard makes of its results. */
function renderAll({
  summaries,
  out,
  ...told
}: Told & { readonly summaries: readonly LoopSummary[]; readonly out: string }): {
  readonly report: LoopReport;
  readonly files: ReadonlyMap<string, string>;
} {
  const report = makeReport({ summaries, ...told });
  const options = { folder: basename(out), hasLeaderboard: hasLeaderboard(summaries) };
  const files = new Map([
    [`${out}.md`, renderMarkdown(report, options)],
    [join(out, 'index.html'), renderPage(report, options)],
    [join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`],
  ]);
  for (const summary of summaries) {
    files.set(join(out, 'summaries', `seed-${summary.seed}.json`), `${JSON.stringify(summary, null, 1)}\n`);
    for (const result of Object.values(summary.results)) {
      const path = join(out, 'leaderboard', 'results', nameResult(result));
      if (files.has(path)) throw sameName(path, result.model);
      files.set(path, renderResult(result));
    }
  }
  return { report, files };
}

function hasLeaderboard(summaries: readonly LoopSummary[]): boolean {
  return summaries.some(({ results }) => Object.keys(results).length > 0);
}

async function readSummary(path: string): Promise<LoopSummary> {
  try {
    if ((await stat(path)).isDirectory()) return await collectSummary(path);
    return parseSummary(await readFile(path, 'utf8'), path);
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}

const toldSchema: z.ZodType<Told> = z.object({ settledAt: z.string().nullable(), machine: z.string().nullable() });

/** What only the caller knows is kept in the report itself; nothing where there is none, or none that can be read. */
async function readTold(out: string): Promise<Told> {
  const text = await readIfThere(join(out, 'report.json'));
  return text === undefined ? {} : (parseTold(text) ?? {});
}

function parseTold(text: string): Told | undefined {
  try {
    return toldSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A place may be given as the file or the folder that stand there: `docs/loop-report.md`, `docs/loop-report/`. */
function requirePlace(path: string): string {
  const out = path.replace(/\/+$/, '').replace(/\.md$/, '');
  if (!['', '.', '..'].includes(basename(out))) return out;
  throw new LoopError({
    code: 'NO_REPORT',
    kind: 'request',
    what: `'${path}' is no place for a report.`,
    why: 'A report is a Markdown file and a folder of the same name.',
    next: 'Give a path with a name, such as docs/loop-report.',
    fields: { path },
  });
}

/** What each file of a report begins with, or holds, and hardly another one. */
const marks: Readonly<Record<string, (text: string) => boolean>> = {
  '.md': (text) => text.startsWith('# Loop report: '),
  '/index.html': (text) => text.includes('<title>Loop report: '),
  '/report.json': (text) => parseTold(text) !== undefined,
};

/** A report is made again in its place; what somebody else has put there is not written over. */
async function requireOwnFiles(out: string): Promise<void> {
  for (const [end, isOwn] of Object.entries(marks)) {
    const path = `${out}${end}`;
    const text = await readIfThere(path);
    if (text === undefined || isOwn(text)) continue;
    throw new LoopError({
      code: 'NO_REPORT',
      kind: 'request',
      what: `'${path}' is there, and is no report of a loop.`,
      why: 'It would be written over.',
      next: 'Nothing was changed. Give another place, or remove the file.',
      fields: { path },
    });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  if (!(await pathExists(path))) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}

/** What lies among the sources of a report and is not one of its own. */
async function listOthers(out: string, files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const others: string[] = [];
  for (const part of ['summaries', 'leaderboard/results'])
    for (const name of await listFiles(join(out, part))) {
      const path = join(out, part, name);
      if (!files.has(path)) others.push(path);
    }
  return others;
}

async function listFiles(folder: string): Promise<readonly string[]> {
  if (!(await pathExists(folder))) return [];
  return (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
}

/** A row would be lost. */
function sameName(path: string, model: string): LoopError {
  return new LoopError({
    code: 'SUMMARIES_DIFFER',
    kind: 'request',
    what: `Two rows of the leaderboard are of a model called '${model}'.`,
    why: 'Each seed of each arm is a model of its own.',
    next: 'Run loops of a recipe that names its students by arm and seed.',
    fields: { path, model },
  });
}

function otherReport(path: string): LoopError {
  return new LoopError({
    code: 'SUMMARIES_DIFFER',
    kind: 'request',
    what: `'${path}' is of a report of other seeds or arms.`,
    why: 'The report is made again from all that lies there.',
    next: 'Nothing was changed. Give that seed too, or another place, or remove the file.',
    fields: { path },
  });
}

function noBoard(path: string, why: string): LoopError {
  return new LoopError({
    code: 'SUMMARY_DAMAGED',
    what: `The leaderboard of the report cannot be made: '${path}' is not as it must be.`,
    why,
    next: 'Remove it if it is of an earlier report, and make the report again.',
    fields: { path },
  });
}
