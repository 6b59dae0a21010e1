// Trains generators of questions by recipe, each in a folder of its own, as `scalequest train` does.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getEmbeddedModelPath } from '@scalequest/models';
import { requirePython, train } from '@scalequest/train-bridge';

/**
 * Trains to the end.
 *
 * @param python the interpreter that trains
 * @param model the folder of the training that it goes on from; the recipe's own where it is left out
 * @param rows to train on; the recipe's own where they are left out
 * @param settings over the recipe's
 * @returns the model's file, the bare prefix that it is asked with, and how the training went
 */
export async function trainGenerator({ recipe, folder, python, seed = 0, steps, model, rows, settings }) {
  const dataFile = `${folder}.rows.jsonl`;
  if (rows !== undefined) writeFileSync(dataFile, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const { config, state } = await train({
    ...{ recipe, folder, seed, steps, model, settings },
    embeddedModel: getEmbeddedModelPath(),
    dataFile: rows === undefined ? undefined : dataFile,
    getPython: () => requirePython({ configured: python, cacheDir: join(folder, '..') }),
    command: 'npm run bench -- question-training',
    versions: {},
  });
  const out = join(folder, 'out');
  const { prefix } = JSON.parse(readFileSync(join(out, 'prefix.json'), 'utf8'));
  return {
    path: join(out, 'model.gguf'),
    prefix,
    config,
    rows: config.data.rows,
    steps: state.step,
    loss: state.loss,
    metrics: readLastMetrics(join(folder, 'events.jsonl')),
    seconds: state.done.metrics.trainSeconds,
    versions: state.done.metrics.versions,
  };
}

/** What the last log event measured, such as the share of pairs that the model puts in the right order. */
function readLastMetrics(path) {
  const events = readFileSync(path, 'utf8').trimEnd().split('\n');
  return events.map((line) => JSON.parse(line)).findLast(({ t }) => t === 'log')?.metrics;
}

/**
 * Plain supervised training on the chosen questions of a preference training, with its optimizer, its batches and its steps:
 * what it does shows how much of the other's effect is in the texts, and how much in the comparison.
 */
export async function trainControl({ preference, pairs, ...options }) {
  const { optimizer, schedule, batchSize } = preference.config;
  return await trainGenerator({
    ...options,
    recipe: 'nano.qft',
    steps: preference.steps,
    rows: pairs.map(({ id, chosen }) => ({ id, question: chosen })),
    settings: { optimizer, schedule, batchSize },
  });
}
