import { createRandom } from '@scalequest/core';

/** A word problem to train on. */
export interface TrainingWordProblem {
  readonly id: string;
  readonly problem: string;
  /** Worked, with the answer in a box. */
  readonly reply: string;
  readonly reference: string;
}

/** Word problems of one or two steps in one shape of sentence. */
export function generateTrainingWordProblems({
  seed,
  count,
}: {
  readonly seed: number;
  readonly count: number;
}): TrainingWordProblem[] {
  return Array.from({ length: count }, (_, i) => {
    const id = `word-problems-train/${seed}/${i}`;
    const random = createRandom(id);
    const name = random.pick(['Ada', 'Ben', 'Cleo', 'Dan']);
    const thing = random.pick(['apples', 'books', 'coins', 'stamps']);
    const [has, gets] = [random.integer({ min: 1, max: 30 }), random.integer({ min: 1, max: 30 })];
    const total = has + gets;
    return {
      id,
      problem: `${name} has ${has} ${thing} and gets ${gets} more. How many ${thing} does ${name} have now?`,
      reply: `${has}+${gets}=${total}\n\\boxed{${total}}`,
      reference: String(total),
    };
  });
}
