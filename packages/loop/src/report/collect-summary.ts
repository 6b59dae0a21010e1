import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asFileError, digest, hashFile, pathExists } from '@scalequest/core';
import { parseResults, type ResultFile } from '@scalequest/eval';
import { z } from 'zod';
import { loopFiles, nameStepFolder, readLoopRecord } from '../engine/loop-folder.ts';
import { entrySchema, readStepLog, type StepEntry } from '../engine/step-log.ts';
import { LoopError } from '../errors.ts';
import { checkSummary, type LoopSummary, type StepTrace, settingsSchema } from './summary.ts';

/** What a step's own run notes as it goes, where it is of that kind. */
const journalFiles = ['run/manifest.jsonl', 'journal.jsonl', 'run.json', 'events.jsonl', 'batches.jsonl'];

const manifestSchema: z.ZodType<{ readonly seed: number; readonly steps: readonly StepEntry[] }> = z.object({
  seed: z.number(),
  steps: z.array(entrySchema),
});

/**
 * The summary of a finished loop: its settings, and of each step the run id, the hashes of its files, its figures and where its
 * journals lie.
 *
 * @throws LoopError `LOOP_UNFINISHED`, `RECIPE_UNREADABLE`, `STEPS_DAMAGED`, `FILE_CHANGED`, `SUMMARY_DAMAGED`, `NO_REPORT`
 * @example
 * const summaries = await Promise.all(['loops/nano-11', 'loops/nano-12'].map(collectSummary));
 */
export async function collectSummary(folder: string): Promise<LoopSummary> {
  const { loop, description, seed, identity } = await readLoopRecord(folder);
  const { seed: _, ...settings } = identity;
  const parsed = settingsSchema.safeParse(settings);
  if (!parsed.success) throw unreadable(folder, parsed.error);
  const entries = await readManifest(folder);
  const missing = Object.keys(parsed.data.steps).filter((step) => !entries.some((entry) => entry.step === step));
  if (missing.length > 0) throw unfinished(folder, `Not done: ${missing.join(', ')}.`);
  const asked = entries.filter(({ step }) => step.startsWith('evaluate-'));
  if (asked.some(({ figures }) => figures.letters === undefined)) throw withoutLetters(folder, loop);
  const results: Record<string, ResultFile> = {};
  const trace: Record<string, StepTrace> = {};
  for (const entry of entries) {
    const { step } = entry;
    trace[step] = { folder: `steps/${step}`, journals: await hashJournals(nameStepFolder(folder, step)) };
    if (step.startsWith('row-')) results[step.slice('row-'.length)] = await readResult(folder, entry);
  }
  const summary: LoopSummary = {
    ...{ format: 1, loop, description, seed, settings: parsed.data, settingsSha256: digest(parsed.data) },
    steps: entries.map((entry) => ({ ...entry, run: digest(entry) })),
    ...{ results, trace },
  };
  checkSummary(summary, folder);
  return summary;
}

/** The steps of the manifest, which are those that were done last: one that was made again since asks for the loop to be ended. */
async function readManifest(folder: string): Promise<readonly StepEntry[]> {
  const path = join(folder, loopFiles.manifest);
  if (!(await pathExists(path))) throw unfinished(folder, `There is no ${loopFiles.manifest}.`);
  const parsed = manifestSchema.safeParse(await readJson(path));
  if (!parsed.success) throw unfinished(folder, `Its ${loopFiles.manifest} cannot be read.`);
  const done = new Map<string, StepEntry>();
  for await (const entry of readStepLog(folder)) done.set(entry.step, entry);
  const { steps } = parsed.data;
  const other = steps.find((entry) => digest(done.get(entry.step) ?? null) !== digest(entry));
  if (other !== undefined) throw unfinished(folder, `Step '${other.step}' was made again since, or is not done.`);
  return steps;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw asFileError(error, { path, action: 'read' });
  }
}

async function hashJournals(folder: string): Promise<Readonly<Record<string, string>>> {
  const journals: Record<string, string> = {};
  for (const file of journalFiles) {
    const path = join(folder, file);
    if (await pathExists(path)) journals[file] = await hashFile(path);
  }
  return journals;
}

async function readResult(folder: string, { step, files }: StepEntry): Promise<ResultFile> {
  const path = join(nameStepFolder(folder, step), files.result?.path ?? 'result.json');
  if (!(await pathExists(path)) || (await hashFile(path)) !== files.result?.sha256)
    throw changed(path, 'It is gone, or is not what its step made.');
  const { results, unsound, findings } = await parseResults([{ place: path, text: await readFile(path, 'utf8') }]);
  // The file has another name than on a leaderboard: of that alone nothing is said.
  const fault = findings.find(({ place }) => !place.endsWith(', name'));
  const result = (results[0] ?? unsound[0])?.result;
  if (result === undefined || fault !== undefined) throw changed(path, fault?.what ?? 'It is no result.');
  return result;
}

function changed(path: string, why: string): LoopError {
  return new LoopError({
    code: 'FILE_CHANGED',
    what: `'${path}' cannot be a row of the leaderboard.`,
    why,
    next: 'Restore the file. Or remove the line of its step from steps.jsonl, and run the loop again.',
    fields: { path },
  });
}

function unfinished(folder: string, why: string): LoopError {
  return new LoopError({
    code: 'LOOP_UNFINISHED',
    kind: 'request',
    what: `The loop in '${folder}' is not at its end.`,
    why,
    next: 'Run its command again: it goes on where it stopped. Then make the report.',
    fields: { folder },
  });
}

function withoutLetters(folder: string, loop: string): LoopError {
  return new LoopError({
    code: 'NO_REPORT',
    kind: 'request',
    what: `There is no report of the loop '${loop}' in '${folder}'.`,
    why: 'A report compares arms by the letters of held-out problems, and the students of this loop were asked benchmarks.',
    next: `Its scores, with their intervals, are the rows of its leaderboard: ${nameStepFolder(folder, 'board')}.`,
    fields: { folder },
  });
}

function unreadable(folder: string, cause: unknown): LoopError {
  return new LoopError({
    code: 'RECIPE_UNREADABLE',
    what: `The identity in '${join(folder, loopFiles.record)}' is not one of a loop of this version.`,
    next: 'Make the report with the version that ran the loop.',
    fields: { folder },
    cause,
  });
}
