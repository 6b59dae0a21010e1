import { copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asFileError, makeFolder, writeFileAtomic } from '@scalequest/core';
import { type LoadOptions, loadBenchmark } from '@scalequest/datasets';
import { makeLeaderboard, makeResult, nameResult } from '@scalequest/eval';
import type { Step } from '../engine/step.ts';
import { LoopError } from '../errors.ts';
import { findResultTask } from './find-result-task.ts';

export interface RowStepOptions {
  readonly name: string;
  readonly benchmark: string;
  /** The evaluation, of the whole benchmark. */
  readonly evaluation: string;
  /** The folder of the run in that of the evaluation. @defaultValue the same */
  readonly run?: string;
  /** Where the benchmark is. @defaultValue it is made here */
  readonly data?: Omit<LoadOptions, 'onProgress'>;
}

/** Makes an evaluation a row of a leaderboard. Leaves `result`. */
export function rowStep({ name, benchmark, evaluation, run = '', data }: RowStepOptions): Step {
  return {
    ...{ name, kind: 'leaderboard', version: 1, after: [evaluation] },
    settings: { benchmark, evaluation, ...(run === '' ? {} : { run }) },
    run: async ({ folder, getFolder }) => {
      const loaded = await loadBenchmark(findResultTask(benchmark).benchmark, data ?? { cacheDir: folder });
      const { result } = await makeResult({ folder: join(getFolder(evaluation), run), benchmark: loaded });
      const file = nameResult(result);
      await writeFileAtomic(join(folder, file), `${JSON.stringify(result, null, 2)}\n`);
      return { files: { result: file }, figures: { correct: result.correct, accuracy: result.accuracy } };
    },
  };
}

export interface BoardStepOptions {
  readonly name: string;
  /** The steps that made the rows. */
  readonly rows: readonly string[];
  /** A folder of reported values that stand beside them, as `leaderboard/reported` has them. @defaultValue none */
  readonly reported?: string | undefined;
}

/**
 * The leaderboard of a loop. Leaves `board`, `page` and `table`; `scalequest leaderboard build --check --dir` on its folder sees that they
 * are what the results make.
 */
export function boardStep({ name, rows, reported }: BoardStepOptions): Step {
  return {
    ...{ name, kind: 'leaderboard', version: 1, after: rows, settings: { rows } },
    run: async ({ folder, getFile }) => {
      const results = join(folder, 'results');
      await makeFolder(results);
      for (const row of rows) {
        const path = getFile(row, 'result');
        await copyFile(path, join(results, path.slice(path.lastIndexOf('/') + 1)));
      }
      if (reported !== undefined) await copyReported(reported, join(folder, 'reported'));
      const { findings, written } = await makeLeaderboard({ dir: folder });
      const [finding] = findings;
      if (finding !== undefined) throw refused(name, finding);
      return {
        files: { board: 'LEADERBOARD.json', table: 'LEADERBOARD.md', page: 'index.html' },
        figures: { rows: rows.length, written: written.length },
      };
    },
  };
}

/** As they are now: what an earlier session copied may be older. */
async function copyReported(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await makeFolder(to);
  try {
    const names = (await readdir(from)).filter((name) => name.endsWith('.json'));
    for (const name of names) await copyFile(join(from, name), join(to, name));
  } catch (error) {
    throw asFileError(error, { path: from, action: 'read' });
  }
}

function refused(step: string, { place, what }: { readonly place: string; readonly what: string }): LoopError {
  return new LoopError({
    code: 'STEP_BROKEN',
    what: `The leaderboard of step '${step}' cannot be made: ${place}.`,
    why: what,
    next: 'Remove the line of the step that made that result from steps.jsonl, and it is made again.',
    fields: { step, place },
  });
}
