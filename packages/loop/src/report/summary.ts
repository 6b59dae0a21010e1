import { digest, sha256Hex } from '@scalequest/core';
import { type ResultFile, resultSchema } from '@scalequest/eval';
import { z } from 'zod';
import type { Json } from '../engine/step.ts';
import { entrySchema, type StepEntry } from '../engine/step-log.ts';
import { LoopError } from '../errors.ts';
import { readEvaluation } from './figures.ts';

/** What a finished loop leaves for the report: small, and the same again but for `trace`. */
export interface LoopSummary {
  readonly format: 1;
  readonly loop: string;
  readonly description: string;
  readonly seed: number;
  /** The loop's identity without its seed. */
  readonly settings: LoopSettings;
  /** Digest of `settings`: seeds are compared where it is the same. */
  readonly settingsSha256: string;
  /** In the recipe's order. */
  readonly steps: readonly SummaryStep[];
  /** Rows of the leaderboard, by arm. */
  readonly results: Readonly<Record<string, ResultFile>>;
  /** Where each step's journals lie and what they hold, by step. They have times in them, and differ from run to run. */
  readonly trace: Readonly<Record<string, StepTrace>>;
}

export interface LoopSettings {
  readonly loop: string;
  readonly steps: Readonly<Record<string, StepSettings>>;
}

export interface StepSettings {
  readonly kind: string;
  readonly version: number;
  readonly after: readonly string[];
  readonly settings: Json;
}

export interface SummaryStep extends StepEntry {
  /** The run id: the digest of the entry, which holds those of all the steps that it read. */
  readonly run: string;
}

export interface StepTrace {
  /** In the loop's folder. */
  readonly folder: string;
  /** SHA-256 by path in the step's folder. */
  readonly journals: Readonly<Record<string, string>>;
}

const sha256: z.ZodString = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256');

/** Shape of the identity without its seed. */
export const settingsSchema: z.ZodType<LoopSettings> = z.object({
  loop: z.string(),
  steps: z.record(
    z.string(),
    z.object({
      kind: z.string(),
      version: z.number(),
      after: z.array(z.string()),
      settings: z.json() as z.ZodType<Json>,
    }),
  ),
});

const summarySchema: z.ZodType<LoopSummary> = z.object({
  format: z.literal(1),
  loop: z.string(),
  description: z.string(),
  seed: z.int().nonnegative(),
  settings: settingsSchema,
  settingsSha256: sha256,
  steps: z.array(z.intersection(entrySchema, z.object({ run: sha256 }))),
  results: z.record(z.string(), resultSchema),
  trace: z.record(z.string(), z.object({ folder: z.string(), journals: z.record(z.string(), sha256) })),
});

/**
 * Reads a summary and sees that nothing in it was changed: every run id is the digest of its step, every input the run id of an
 * earlier one, and the letters of a leaderboard's row are those of its evaluation.
 *
 * @param place - for errors, such as the file's path
 * @throws LoopError `SUMMARY_DAMAGED`
 */
export function parseSummary(text: string, place: string): LoopSummary {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(place, { why: 'It is no JSON.', cause: error });
  }
  const parsed = summarySchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw damaged(place, { why: `${issue?.path.join('.')}: ${issue?.message}.`, cause: parsed.error });
  }
  checkSummary(parsed.data, place);
  return parsed.data;
}

/** @throws LoopError `SUMMARY_DAMAGED` */
export function checkSummary(summary: LoopSummary, place: string): void {
  const { settings, settingsSha256, steps, results, loop } = summary;
  const fail = (why: string): never => {
    throw damaged(place, { why });
  };
  if (digest(settings) !== settingsSha256) fail('Its settings do not have the digest that it gives for them.');
  if (settings.loop !== loop) fail(`It is of the loop '${loop}', and its settings are of '${settings.loop}'.`);
  const runs = new Map<string, string>();
  for (const { run, ...entry } of steps) {
    const { step, inputs } = entry;
    if (digest(entry) !== run)
      fail(`Step '${step}' does not have the run id that it gives: one of the two was edited.`);
    for (const [other, id] of Object.entries(inputs))
      if (runs.get(other) !== id)
        fail(`Step '${step}' read '${other}' as ${id.slice(0, 12)}, which is not the run here.`);
    runs.set(step, run);
  }
  const missing = Object.keys(settings.steps).find((step) => !runs.has(step));
  if (missing !== undefined || runs.size !== steps.length || steps.length !== Object.keys(settings.steps).length)
    fail(
      missing === undefined ? 'A step is there twice, or is none of its settings.' : `Step '${missing}' is missing.`,
    );
  for (const [arm, result] of Object.entries(results)) {
    const { outcomes, grader } = result;
    const entry = steps.find(({ step }) => step === `evaluate-${arm}`);
    if (entry === undefined) throw damaged(place, { why: `It has a result of '${arm}', and no evaluation of it.` });
    if (outcomes[grader]?.join() !== readEvaluation(entry).letters)
      fail(`The letters of the result of '${arm}' are not those of its evaluation.`);
    const made = steps.find(({ step }) => step === `row-${arm}`)?.files.result;
    if (made?.sha256 !== sha256Hex(renderResult(result)))
      fail(`The result of '${arm}' is not the file that step 'row-${arm}' made.`);
  }
}

/** A row of the leaderboard as its step wrote it. */
export function renderResult(result: ResultFile): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

/** Names of the arms: what was evaluated, in the recipe's order. */
export function listArms({ steps }: LoopSummary): readonly string[] {
  return steps.flatMap(({ step }) => (step.startsWith('evaluate-') ? [step.slice('evaluate-'.length)] : []));
}

function damaged(place: string, { why, cause }: { readonly why: string; readonly cause?: unknown }): LoopError {
  return new LoopError({
    code: 'SUMMARY_DAMAGED',
    what: `'${place}' is no sound summary of a loop.`,
    why,
    next: 'Make it again from the folder of its loop, or restore the file.',
    fields: { place },
    ...(cause === undefined ? {} : { cause }),
  });
}
