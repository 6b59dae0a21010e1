import { join } from 'node:path';
import { pathExists } from '@scalequest/core';
import { findRunHolder, readJournal } from '@scalequest/runs';
import { readSynthStatus, type SynthStatus } from '@scalequest/synth';
import { readTrainingStatus, type TrainingStatus } from '@scalequest/train-bridge';
import { synthRunFolder } from '../engine/loop-folder.ts';
import type { StepKind } from '../engine/step.ts';

/** What the run of a step says of itself. `isHeld`: somebody is at it. */
export type StepRun = { readonly isHeld: boolean } & (
  | { readonly kind: 'train'; readonly status: TrainingStatus }
  | { readonly kind: 'synth'; readonly status: SynthStatus }
  | { readonly kind: 'evaluate'; readonly answered: number; readonly problems: number | undefined }
);

/** @returns undefined where a step has no run of its own, or has not come to it yet */
export async function readStepRun(
  folder: string,
  { kind, settings }: { readonly kind: StepKind; readonly settings: Readonly<Record<string, unknown>> },
): Promise<StepRun | undefined> {
  if (kind === 'train' && (await pathExists(join(folder, 'train.json')))) {
    const status = await readTrainingStatus(folder);
    const isHeld = status.worker !== undefined || (await findRunHolder(folder)) !== undefined;
    return { kind, isHeld, status };
  }
  const run = join(folder, synthRunFolder);
  if (kind === 'synth' && (await pathExists(join(run, 'recipe.json')))) {
    return { kind, isHeld: (await findRunHolder(run)) !== undefined, status: await readSynthStatus(run) };
  }
  return kind === 'evaluate' ? await readEvaluation(folder, settings) : undefined;
}

/** A step has one run, or one in a folder for each benchmark. */
async function readEvaluation(
  folder: string,
  { limit, benchmarks }: Readonly<Record<string, unknown>>,
): Promise<StepRun | undefined> {
  const several = Array.isArray(benchmarks) ? (benchmarks as readonly { readonly name: string }[]) : undefined;
  const folders = several?.map(({ name }) => join(folder, name)) ?? [folder];
  let answered = 0;
  let isHeld = false;
  let hasBegun = false;
  for (const run of folders) {
    if (!(await pathExists(join(run, 'run.json')))) continue;
    hasBegun = true;
    if ((await findRunHolder(run)) !== undefined) isHeld = true;
    for await (const _ of readJournal(run)) answered += 1;
  }
  if (!hasBegun) return undefined;
  return { kind: 'evaluate', isHeld, answered, problems: typeof limit === 'number' ? limit : undefined };
}
