import type { LoopRecipe, Step } from '@scalequest/loop';

export interface EstimateInput {
  readonly recipe: LoopRecipe;
  /** Steps that are done, each with its seconds where this session has done it. */
  readonly done: ReadonlyMap<string, number | undefined>;
  /** Seconds since the beginning of those at work. */
  readonly atWork: ReadonlyMap<string, number>;
  readonly parallel: number;
}

/**
 * Seconds until a loop is done, by what steps of the same kind have taken: students and their evaluations are alike.
 *
 * @returns undefined as long as a step is left of a kind that has not been seen
 */
export function estimateLeft({ recipe, done, atWork, parallel }: EstimateInput): number | undefined {
  const seen = new Map<string, { seconds: number; amount: number }>();
  for (const step of recipe.steps) {
    const seconds = done.get(step.name);
    if (seconds === undefined) continue;
    const sums = seen.get(nameSort(step)) ?? { seconds: 0, amount: 0 };
    seen.set(nameSort(step), { seconds: sums.seconds + seconds, amount: sums.amount + countAmount(step) });
  }
  let left = 0;
  for (const step of recipe.steps) {
    if (done.has(step.name)) continue;
    const sums = seen.get(nameSort(step));
    if (sums === undefined) return undefined;
    left += Math.max(0, (sums.seconds / sums.amount) * countAmount(step) - (atWork.get(step.name) ?? 0));
  }
  return left / parallel;
}

/** `student-full` is as `student-gold`, and another training is as any. */
function nameSort({ kind, name }: Step): string {
  return kind === 'train' ? kind : `${kind} ${name.split('-')[0]}`;
}

function countAmount({ settings }: Step): number {
  return typeof settings.steps === 'number' ? settings.steps : 1;
}
