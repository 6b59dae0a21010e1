import { outlineWordProblem, readWordProblem } from '@scalequest/datasets/embedded';
import type { Fields } from '../../engine/step.ts';

/**
 * What the oracle says of questions as a model asked them.
 *
 * @param seeds - questions that the model learnt from: one of them in the same letters is known by heart
 */
export async function measureQuestions(
  questions: AsyncIterable<string> | Iterable<string>,
  seeds: ReadonlySet<string>,
): Promise<Fields> {
  let count = 0;
  let valid = 0;
  let byHeart = 0;
  const outlines = new Set<string>();
  const bySteps = new Map<string, number>();
  const faults = new Map<string, number>();
  for await (const question of questions) {
    count += 1;
    outlines.add(outlineWordProblem(question));
    if (seeds.has(question)) byHeart += 1;
    const reading = readWordProblem(question);
    if (reading.kind === 'solvable') {
      valid += 1;
      increase(bySteps, String(reading.steps));
    } else increase(faults, reading.reason);
  }
  return { questions: count, valid, distinct: outlines.size, byHeart, bySteps: sort(bySteps), faults: sort(faults) };
}

export function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** In an order that does not come from which was met first. */
export function sort(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}
