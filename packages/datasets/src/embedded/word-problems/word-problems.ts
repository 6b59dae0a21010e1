import { createRandom, type Random } from '@scalequest/core';
import type { EmbeddedBenchmark, EmbeddedSet } from '../math-embedded.ts';
import { getSplit, type Split } from '../split.ts';
import { drawStory, type Story, type StoryShape } from './draw-story.ts';

const name = 'word-problems';

/** The stories of a test, which goes through them in turn, easiest first. */
const testShapes: readonly StoryShape[] = [1, 2, 3, 4].map((steps) => ({ steps }));

/**
 * The same for training, steps with people: more of the long ones, and more of those with three people. To tell people
 * apart is what a small model learns last, and a test has three of them in one problem of ten.
 */
const trainingShapes: readonly StoryShape[] = (
  [
    [1, 1],
    [3, 1],
    [4, 1],
    [1, 2],
    [2, 2],
    [2, 2],
    [3, 2],
    [3, 2],
    [4, 2],
    [4, 2],
    [2, 3],
    [3, 3],
    [3, 3],
    [4, 3],
    [4, 3],
    [4, 3],
  ] as const
).map(([steps, people]) => ({ steps, people }));

/** A word problem to train on. */
export interface WordProblemExercise {
  readonly id: string;
  readonly problem: string;
  /** A line for each sentence with what everybody has after it, one for what is asked, and `The answer is $\boxed{7}$.` */
  readonly reply: string;
  readonly reference: string;
}

/**
 * Word problems in GSM8K's shape: stories of one to four steps, with solutions that end in `#### 7`. Made by a seeded
 * generator, the same on every machine.
 *
 * @example
 * const problems = wordProblems.generate({ seed: 0, count: wordProblems.count });
 */
export const wordProblems: EmbeddedBenchmark = {
  name,
  count: 1000,
  generate: (set) =>
    drawSet(set, { set: name, split: 'test', shapes: testShapes, isDistinct: true }).map(
      ({ id, stepCount, story }) => ({
        id,
        problem: story.problem,
        reference: String(story.answer),
        meta: { steps: stepCount, solution: [...story.steps, `#### ${story.answer}`].join('\n') },
      }),
    ),
};

/** Word problems to train on: none has the structure and the numbers of a problem of any test, whatever its seed. */
export function generateTrainingWordProblems(set: EmbeddedSet): WordProblemExercise[] {
  const plan = { set: `${name}-train`, split: 'train', shapes: trainingShapes, isDistinct: false } as const;
  return drawSet(set, plan).map(({ id, story }) => ({
    id,
    problem: story.problem,
    reply: [...story.work, `The answer is $\\boxed{${story.answer}}$.`].join('\n'),
    reference: String(story.answer),
  }));
}

/** A question without its solution. */
export interface SeedQuestion {
  readonly id: string;
  readonly question: string;
}

/** Stories of one step and of two in turn, with people as they come. */
const seedShapes: readonly StoryShape[] = [1, 2].map((steps) => ({ steps }));

/**
 * The questions that a generator of questions learns to ask from (paper 2.2), without their answers: word problems of one and
 * two steps, and none longer. No two have the same structure and numbers, and none is a problem of any test in other words.
 */
export function generateSeedQuestions(set: EmbeddedSet): SeedQuestion[] {
  return drawSet(set, { set: `${name}-seeds`, split: 'train', shapes: seedShapes, isDistinct: true }).map(
    ({ id, story }) => ({ id, question: story.problem }),
  );
}

/** A question of so many steps that may be trained on. */
export function drawTrainingQuestion(random: Random, steps: number): string {
  return drawOfSplit(random, { split: 'train', shape: { steps }, known: new Set() }).problem;
}

interface Entry {
  readonly id: string;
  readonly stepCount: number;
  readonly story: Story;
}

interface SetPlan {
  /** Begins the ids. */
  readonly set: string;
  readonly split: Split;
  /** Gone through in turn. */
  readonly shapes: readonly StoryShape[];
  /** No problem stands twice in it, not even under other names. */
  readonly isDistinct: boolean;
}

function drawSet({ seed, count }: EmbeddedSet, { set, split, shapes, isDistinct }: SetPlan): Entry[] {
  const known = new Set<string>();
  const drawn = new Map<number, number>();
  return Array.from({ length: count }, (_, i) => {
    const shape = shapes[i % shapes.length] ?? { steps: 1 };
    const stepCount = shape.steps;
    const index = drawn.get(stepCount) ?? 0;
    drawn.set(stepCount, index + 1);
    const id = `${set}/${seed}/${stepCount}-step/${index}`;
    const story = drawOfSplit(createRandom(id), { split, shape, known });
    if (isDistinct) known.add(JSON.stringify(story.parameters));
    return { id, stepCount, story };
  });
}

const mostTries = 2000;

function drawOfSplit(
  random: Random,
  { split, shape, known }: { readonly split: Split; readonly shape: StoryShape; readonly known: Set<string> },
): Story {
  for (let i = 0; i < mostTries; i++) {
    const story = drawStory(random, shape);
    if (getSplit(name, story.parameters) === split && !known.has(JSON.stringify(story.parameters))) return story;
  }
  throw new Error(`There are no more new word problems of ${shape.steps} steps.`);
}
