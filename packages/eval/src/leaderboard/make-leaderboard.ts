import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathExists, writeFileAtomic } from '@scalequest/core';
import type { Board } from './board.ts';
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
  const findings = [...ofSources, ...(await findGone(dir))];
  // Where a source is wrong its row is missing from the board made anew: that would only be said twice.
  if (findings.length > 0) return { findings, board, written: [] };
  for (const [name, text] of files) {
    const what = await findChange(join(dir, name), text);
    if (what !== undefined) findings.push({ place: name, what });
  }
  return { findings, board, written: [] };
}

/** Results that the board lists and that are not there any more. */
async function findGone(dir: string): Promise<readonly Finding[]> {
  const listed = await readBoard(join(dir, 'LEADERBOARD.json'));
  const findings: Finding[] = [];
  for (const { file, model } of listed?.tables.flatMap(({ measured }) => measured) ?? []) {
    const place = `${sources.results}/${file}`;
    if (await pathExists(join(dir, place))) continue;
    findings.push({ place, what: `LEADERBOARD.json lists this result of ${model}, and the file is gone.` });
  }
  return findings;
}

async function readBoard(path: string): Promise<Board | undefined> {
  if (!(await pathExists(path))) return undefined;
  try {
    const board = JSON.parse(await readFile(path, 'utf8')) as Board;
    return Array.isArray(board.tables) ? board : undefined;
  } catch {
    // A board that cannot be read is one that changes.
    return undefined;
  }
}

async function findChange(path: string, text: string): Promise<string | undefined> {
  if (!(await pathExists(path))) return 'It is not there.';
  const there = await readFile(path, 'utf8');
  return there === text ? undefined : findDifference(there, text);
}
