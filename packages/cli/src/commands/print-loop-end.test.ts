import { mkdirSync, writeFileSync } from 'node:fs';
import { sha256Hex } from '@scalequest/core';
import type { Fields, Step, StepEntry } from '@scalequest/loop';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, expect, test, vi } from 'vitest';
import { type LoopEnd, printLoopEnd } from './print-loop-end.ts';

afterEach(() => void vi.restoreAllMocks());

/** A step that is done, with a file of its name. */
function makeDone(folder: TemporaryFolder, name: string, { figures = {} }: { readonly figures?: Fields } = {}) {
  mkdirSync(folder.join('steps', name), { recursive: true });
  writeFileSync(folder.join('steps', name, 'made'), name);
  const files = { table: { path: 'made', sha256: sha256Hex(name) } };
  const step: Step = { ...{ name, kind: 'rows', version: 1, after: [], settings: {} }, run: () => Promise.reject() };
  return { step, entry: { step: name, inputs: {}, files, figures } satisfies StepEntry };
}

const on = (accuracy: number): Fields => ({ accuracy, low: accuracy - 0.1, high: accuracy + 0.1, problems: 40 });

function makeEnd(folder: TemporaryFolder): LoopEnd {
  const made = [
    makeDone(folder, 'dataset'),
    makeDone(folder, 'evaluate-mistral-7b', { figures: { gsm8k: on(0.8), math: on(0.35) } }),
    makeDone(folder, 'board'),
  ];
  return {
    recipe: { name: 'scalequest-math', description: '', steps: made.map(({ step }) => step) },
    ...{ folder: folder.path, seed: 0, seconds: new Map() },
    done: new Map(made.map(({ entry }) => [entry.step, entry])),
  };
}

test('the end of a loop of the paper: students by benchmark, and where dataset and leaderboard lie', async () => {
  using folder = makeTemporaryFolder();
  const print = vi.spyOn(console, 'log').mockReturnValue();
  await printLoopEnd(makeEnd(folder), { isJson: false });
  const text = String(print.mock.calls[0]?.[0]);
  expect(text).toMatch(/mistral-7b +gsm8k +80\.0 % +\[70\.0, 90\.0\] +40\n/);
  expect(text).toContain(`Dataset: ${folder.join('steps/dataset/made')}\n  SHA-256 ${sha256Hex('dataset')}\n`);
  expect(text).toContain(`Leaderboard: ${folder.join('steps/board/made')}`);
  // A report is of the arms of `nano`.
  expect(text).not.toContain('loop report');
});

test('the hash of a dataset that was changed since is not told', async () => {
  using folder = makeTemporaryFolder();
  const print = vi.spyOn(console, 'log').mockReturnValue();
  writeFileSync(folder.join('manifest.json'), '{}');
  const end = makeEnd(folder);
  writeFileSync(folder.join('steps/dataset/made'), 'other');
  for (const isJson of [false, true])
    await expect(printLoopEnd(end, { isJson })).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  expect(print).not.toHaveBeenCalled();
});
