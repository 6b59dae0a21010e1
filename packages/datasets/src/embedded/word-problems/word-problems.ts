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
    drawSet(set, 'test').map(({ id, stepCount, story }) => ({
      id,
      problem: story.problem,
      reference: String(story.answer),
      meta: { steps: stepCount, solution: [...story.steps, `#### ${story.answer}`].join('\n') },
    })),
};

/** Word problems to train on: none has the structure and the numbers of a problem of any test, whatever its seed. */
export function generateTrainingWordProblems(set: EmbeddedSet): WordProblemExercise[] {
  return drawSet(set, 'train').map(({ id, story }) => ({
    id,
    problem: story.problem,
    reply: [...story.work, `The answer is $\\boxed{${story.answer}}$.`].join('\n'),
    reference: String(story.answer),
  }));
}

interface Entry {
  readonly id: string;
  readonly stepCount: number;
  readonly story: Story;
}

/** No problem stands twice in a test, not even under other names. */
function drawSet({ seed, count }: EmbeddedSet, split: Split): Entry[] {
  const known = new Set<string>();
  const shapes = split === 'test' ? testShapes : trainingShapes;
  const drawn = new Map<number, number>();
  return Array.from({ length: count }, (_, i) => {
    const shape = shapes[i % shapes.length] ?? { steps: 1 };
    const stepCount = shape.steps;
    const index = drawn.get(stepCount) ?? 0;
    drawn.set(stepCount, index + 1);
    const set = split === 'test' ? name : `${name}-train`;
    const id = `${set}/${seed}/${stepCount}-step/${index}`;
    const story = drawOfSplit(createRandom(id), { split, shape, known });
    if (split === 'test') known.add(JSON.stringify(story.parameters));
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
