import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, pathExists, writeFileAtomic } from '@scalequest/core';
import { z } from 'zod';
import type { Board, MeasuredRow } from './board.ts';
import { buildBoard } from './build-board.ts';
import type { Finding } from './check-result.ts';
import { findDifference } from './find-difference.ts';
import { renderPage } from './page/render-page.ts';
import { readLeaderboard, sources } from './read-leaderboard.ts';
import { renderJson } from './render-json.ts';
import { renderMarkdown } from './render-markdown.ts';

export interface MakeLeaderboardOptions {
  /** The folder with `results/` and `reported/`, where the board is written as well. */
  readonly dir: string;
  /** Write nothing, and find what would change. @defaultValue false */
  readonly check?: boolean;
}

export interface MadeLeaderboard {
  /** What is not as it must be; then nothing is written. */
  readonly findings: readonly Finding[];
  readonly board: Board;
  /** Files that were written. */
  readonly written: readonly string[];
}

/** Makes `LEADERBOARD.md`, `LEADERBOARD.json` and `index.html` again, or finds what that would change. */
export async function makeLeaderboard({ dir, check = false }: MakeLeaderboardOptions): Promise<MadeLeaderboard> {
  const { findings: ofSources, ...input } = await readLeaderboard(dir);
  const board = buildBoard(input);
  const files: readonly (readonly [name: string, text: string])[] = [
    ['LEADERBOARD.md', renderMarkdown(board)],
    ['LEADERBOARD.json', renderJson(board)],
    ['index.html', renderPage(board)],
  ];
  if (!check) {
    if (ofSources.length > 0) return { findings: ofSources, board, written: [] };
    for (const [name, text] of files) await writeFileAtomic(join(dir, name), text);
    return { findings: [], board, written: files.map(([name]) => name) };
  }
  const listed = await readListed(join(dir, 'LEADERBOARD.json'));
  const findings = [...ofSources, ...(await findGone(dir, listed))];
  // Where a source is wrong its row is missing from the board made anew: that would only be said twice.
  if (findings.length > 0) return { findings, board, written: [] };
  findings.push(...findChanged(board, listed));
  for (const [name, text] of files) {
    const what = await findChange(join(dir, name), text);
    if (what !== undefined) findings.push({ place: name, what });
  }
  return { findings, board, written: [] };
}

/** What is read of the rows of a board that is there: it may be of another version, or edited. */
const listedSchema: z.ZodType<{
  readonly tables: readonly { readonly measured: readonly ListedRow[] }[];
}> = z.object({
  tables: z.array(
    z.object({ measured: z.array(z.looseObject({ file: z.string(), fileSha256: z.string(), model: z.string() })) }),
  ),
});

type ListedRow = Pick<MeasuredRow, 'file' | 'fileSha256' | 'model'>;

/** Undefined where there is no board, or none that can be read: then all of it changes. */
async function readListed(path: string): Promise<readonly ListedRow[] | undefined> {
  if (!(await pathExists(path))) return undefined;
  try {
    return listedSchema.parse(JSON.parse(await readFile(path, 'utf8'))).tables.flatMap(({ measured }) => measured);
  } catch {
    return undefined;
  }
}

/** Results that the board lists and that are not there any more. */
async function findGone(dir: string, listed: readonly ListedRow[] = []): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { file, model } of listed) {
    const place = `${sources.results}/${file}`;
    if (await pathExists(join(dir, place))) continue;
    findings.push({ place, what: `LEADERBOARD.json lists this result of ${model}, and the file is gone.` });
  }
  return findings;
}

/** Results that the board was not made from, with what changes in their rows. */
function findChanged({ tables }: Board, listed: readonly ListedRow[] | undefined): readonly Finding[] {
  if (listed === undefined) return [];
  const rows = new Map(listed.map((row) => [row.file, row]));
  return tables.flatMap(({ measured }) =>
    measured.flatMap((row) => {
      const place = `${sources.results}/${row.file}`;
      const before = rows.get(row.file);
      if (before === undefined) return [{ place, what: 'LEADERBOARD.json does not list it.' }];
      if (before.fileSha256 === row.fileSha256) return [];
      const changed = listChanged(before, row).join(', ') || 'letters only';
      return [{ place, what: `LEADERBOARD.json was not made from it as it is. In its row would change: ${changed}.` }];
    }),
  );
}

function listChanged(before: ListedRow, row: MeasuredRow): readonly string[] {
  return Object.entries(row).flatMap(([key, value]) =>
    key === 'fileSha256' || canonicalJson(before[key as keyof ListedRow] ?? null) === canonicalJson(value ?? null)
      ? []
      : [key],
  );
}

async function findChange(path: string, text: string): Promise<string | undefined> {
  if (!(await pathExists(path))) return 'It is not there.';
  const there = await readFile(path, 'utf8');
  return there === text ? undefined : findDifference(there, text);
}
