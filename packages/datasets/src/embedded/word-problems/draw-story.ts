import type { Random } from '@scalequest/core';
import { between } from '../draw.ts';
import { type Cast, drawCast } from './cast.ts';
import { type Question, questions } from './questions.ts';
import { emptyScene, type Scene, writeEquation } from './scene.ts';
import { beginnings, events, introductions, type Sentence } from './sentences.ts';

/** A word problem with its solution. */
export interface Story {
  /** The structure and the numbers, without names, things and verbs: they decide on the split. */
  readonly parameters: readonly (number | string)[];
  readonly problem: string;
  /** One sentence with one equation for every step that the answer takes. */
  readonly steps: readonly string[];
  /**
   * The same worked from the first sentence to the last: one line for each with what everybody has after it, such as
   * `Tom $13$, Sam $78/2=39$`, then one for what is asked. Longer than the steps, but nothing has to be foreseen, and what
   * somebody has is always in the line before.
   */
  readonly work: readonly string[];
  readonly answer: number;
}

const mostTries = 20_000;

/** What a story is to be like. */
export interface StoryShape {
  /** Steps that the answer takes. */
  readonly steps: number;
  /** People in it. @defaultValue as it comes: three of them in one story of ten */
  readonly people?: number;
}

/** Draws stories until one has this shape and says nothing that its question does not need. */
export function drawStory(random: Random, { steps, people }: StoryShape): Story {
  for (let i = 0; i < mostTries; i++) {
    const sentences = drawSentences(random, between(random, [Math.max(1, steps - 1), steps + 1]), people);
    const scene = sentences.at(-1)?.after ?? emptyScene;
    if (people !== undefined && scene.amounts.length !== people) continue;
    const question = scene.amounts.length === 0 ? undefined : random.pick(questions)(random, scene);
    if (question === undefined || question.answer.steps.length !== steps) continue;
    if (sentences.every((_, at) => question.answer.sentences.includes(at)) && !isTold(question, sentences))
      return tell({ sentences, question, cast: drawCast(random) });
  }
  throw new Error(`No story of ${mostTries} has ${steps} steps${people === undefined ? '' : ` and ${people} people`}.`);
}

function drawSentences(random: Random, count: number, people: number | undefined): Sentence[] {
  const sentences: Sentence[] = [];
  // A sentence that cannot be had is left out, so that the story may come out shorter.
  for (let i = 0; i < count; i++) {
    const scene = sentences.at(-1)?.after ?? emptyScene;
    const kinds =
      i === 0 ? beginnings : random.pick(people === undefined ? usualKinds : kindsFor(people - scene.amounts.length));
    const drawn = random.pick(kinds)(random, scene);
    if (drawn.length === 0 && i === 0) break;
    sentences.push(...drawn);
  }
  return sentences;
}

type Kinds = typeof introductions;

const usualKinds: readonly [Kinds, ...Kinds[]] = [introductions, events, events];

/** More introductions while people are missing, and none when all are there. */
function kindsFor(missing: number): readonly [Kinds, ...Kinds[]] {
  return missing > 0 ? [introductions, events] : [events];
}

/** Whether a sentence of the story is itself the answer: `Mia has 4 more ...`, and then `How many more does Mia have?` */
function isTold({ parameters: [kind, ...asked] }: Question, sentences: readonly Sentence[]): boolean {
  const compares = ({ parameters: [of, ...people] }: Sentence): boolean =>
    (of === 'more' || of === 'fewer') && asked.every((person) => people.slice(0, 2).includes(person));
  return kind === 'difference' && sentences.some(compares);
}

function tell({
  sentences,
  question,
  cast,
}: {
  readonly sentences: readonly Sentence[];
  readonly question: Question;
  readonly cast: Cast;
}): Story {
  const parts = [...sentences, question];
  return {
    parameters: parts.flatMap(({ parameters }) => parameters),
    problem: parts.map(({ write }) => write(cast)).join(' '),
    steps: question.answer.steps.map((step) => step.tell(cast)),
    work: [
      ...sentences.map(({ after }) => tellScene(after, cast)),
      ...(question.equation === undefined ? [] : [`$${question.equation()}$`]),
    ],
    answer: question.answer.value,
  };
}

/** What everybody has; what the last sentence made of it with its equation: `Tom $13$, Sam $78/2=39$`. */
function tellScene({ amounts, touched }: Scene, { names }: Cast): string {
  return amounts
    .map((amount, who) => `${names[who]} $${touched.includes(who) ? writeEquation(amount) : amount.value}$`)
    .join(', ');
}
