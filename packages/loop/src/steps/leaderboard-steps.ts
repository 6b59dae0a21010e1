import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@scalequest/core';
import { loadBenchmark } from '@scalequest/datasets';
import { findTask, makeLeaderboard, makeResult, nameResult } from '@scalequest/eval';
import type { Step } from '../engine/step.ts';
import { LoopError } from '../errors.ts';

export interface RowStepOptions {
  readonly name: string;
  readonly benchmark: string;
  /** The evaluation, of the whole benchmark. */
  readonly evaluation: string;
}

/** Makes an evaluation a row of a leaderboard. Leaves `result`. */
export function rowStep({ name, benchmark, evaluation }: RowStepOptions): Step {
  return {
    ...{ name, kind: 'leaderboard', version: 1, after: [evaluation] },
    settings: { benchmark, evaluation },
    run: async ({ folder, getFolder }) => {
      const loaded = await loadBenchmark(findTask(benchmark).benchmark, { cacheDir: folder });
      const { result } = await makeResult({ folder: getFolder(evaluation), benchmark: loaded });
      const file = nameResult(result);
      await writeFileAtomic(join(folder, file), `${JSON.stringify(result, null, 2)}\n`);
      return { files: { result: file }, figures: { correct: result.correct, accuracy: result.accuracy } };
    },
  };
}

/**
 * The leaderboard of a loop. Leaves `board`, `page` and `table`; `scalequest leaderboard build --check --dir` on its folder sees that they
 * are what the results make.
 */
export function boardStep({ name, rows }: { readonly name: string; readonly rows: readonly string[] }): Step {
  return {
    ...{ name, kind: 'leaderboard', version: 1, after: rows, settings: { rows } },
    run: async ({ folder, getFile }) => {
      const results = join(folder, 'results');
      await makeFolder(results);
      for (const row of rows) {
        const path = getFile(row, 'result');
        await copyFile(path, join(results, path.slice(path.lastIndexOf('/') + 1)));
      }
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

function refused(step: string, { place, what }: { readonly place: string; readonly what: string }): LoopError {
  return new LoopError({
    code: 'STEP_BROKEN',
    what: `The leaderboard of step '${step}' cannot be made: ${place}.`,
    why: what,
    next: 'Remove the line of the step that made that result from steps.jsonl, and it is made again.',
    fields: { step, place },
  });
}
