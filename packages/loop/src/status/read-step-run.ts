import { join } from 'node:path';
import { pathExists } from '@scalequest/core';
import { findRunHolder, readJournal } from '@scalequest/runs';
import { readSynthStatus, type SynthStatus } from '@scalequest/synth';
import { readTrainingStatus, type TrainingStatus } from '@scalequest/train-bridge';
import type { StepKind } from '../engine/step.ts';
import { synthRunFolder } from '../steps/synth-step.ts';

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
  if (kind === 'evaluate' && (await pathExists(join(folder, 'run.json')))) {
    let answered = 0;
    for await (const _ of readJournal(folder)) answered += 1;
    const problems = typeof settings.limit === 'number' ? settings.limit : undefined;
    return { kind, isHeld: (await findRunHolder(folder)) !== undefined, answered, problems };
  }
  return undefined;
}
