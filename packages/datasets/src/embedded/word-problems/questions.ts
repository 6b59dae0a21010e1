import type { Random } from '@scalequest/core';
import { between } from '../draw.ts';
import { difference, product, quotient, sum } from '../steps.ts';
import type { Cast } from './cast.ts';
import { type Amount, follow, type Scene } from './scene.ts';
import { amountOf } from './sentences.ts';

/** The end of a story. */
export interface Question {
  readonly parameters: readonly (number | string)[];
  readonly write: (cast: Cast) => string;
  /** Of the step that the question itself takes; none where it asks for what somebody has. */
  readonly equation?: () => string;
  readonly answer: Amount;
}

/** Draws a question of one kind, or undefined where the scene or the numbers do not allow for it. */
type DrawQuestion = (random: Random, scene: Scene) => Question | undefined;

const askNow: DrawQuestion = (random, scene) => {
  const who = drawTouched(random, scene);
  const answer = amountOf(scene, who);
  // Where nothing has happened to what the person has, there is no earlier time to tell from.
  const hasChanged = answer.sentences.some((at) => at > (scene.introductions[who] ?? 0));
  return {
    parameters: ['now', who],
    write: ({ names, things }) => `How many ${things} does ${names[who]} have${hasChanged ? ' now' : ''}?`,
    answer,
  };
};

const askTotal: DrawQuestion = (random, scene) => {
  const [who, other] = drawPair(random, scene);
  const [one, two] = [amountOf(scene, who), amountOf(scene, other)];
  return who === other
    ? undefined
    : ask(scene, {
        // Who is named first is wording.
        parameters: ['total', Math.min(who, other), Math.max(who, other)],
        write: ({ names, things }) => `How many ${things} do ${names[who]} and ${names[other]} have together?`,
        from: [one, two],
        value: one.value + two.value,
        equation: () => sum(one.value, two.value),
        tell: ({ names, things }, equation) =>
          `${names[who]} and ${names[other]} have $${equation}$ ${things} together.`,
      });
};

const askDifference: DrawQuestion = (random, scene) => {
  const [who, other] = drawPair(random, scene);
  const [one, two] = [amountOf(scene, who), amountOf(scene, other)];
  return ask(scene, {
    parameters: ['difference', who, other],
    write: ({ names, things }) => `How many more ${things} does ${names[who]} have than ${names[other]}?`,
    from: [one, two],
    value: one.value - two.value,
    equation: () => difference(one.value, two.value),
    tell: ({ names, things }, equation) => `${names[who]} has $${equation}$ more ${things} than ${names[other]}.`,
  });
};

const askShare: DrawQuestion = (random, scene) => {
  const [who, friends] = [drawTouched(random, scene), between(random, [2, 10])];
  const amount = amountOf(scene, who);
  return ask(scene, {
    parameters: ['share', who, friends],
    write: ({ names, things }) =>
      `${names[who]}'s ${things} are shared equally among ${friends} friends. How many ${things} does each friend get?`,
    from: [amount],
    value: amount.value / friends,
    equation: () => quotient(amount.value, friends),
    tell: ({ things }, equation) => `Each friend gets $${equation}$ ${things}.`,
  });
};

const askPrice: DrawQuestion = (random, scene) => {
  const [who, price] = [drawTouched(random, scene), between(random, [2, 9])];
  const amount = amountOf(scene, who);
  return ask(scene, {
    parameters: ['price', who, price],
    write: ({ names, things }) =>
      `${names[who]}'s ${things} are sold for ${price} dollars each. How many dollars does ${names[who]} get?`,
    from: [amount],
    value: amount.value * price,
    equation: () => product(price, amount.value),
    tell: ({ names }, equation) => `${names[who]} gets $${equation}$ dollars.`,
  });
};

export const questions: readonly [DrawQuestion, ...DrawQuestion[]] = [
  askNow,
  askNow,
  askNow,
  askTotal,
  askDifference,
  askDifference,
  askShare,
  askShare,
  askPrice,
];

/** One of the last sentence, which would be of no use otherwise. */
function drawTouched(random: Random, { touched }: Scene): number {
  return random.pick([touched[0] ?? 0, ...touched]);
}

/** Two people, one of them of the last sentence; the same one twice where there is no other. */
function drawPair(random: Random, scene: Scene): readonly [number, number] {
  const who = drawTouched(random, scene);
  const others = scene.amounts.map((_, person) => person).filter((person) => person !== who);
  const [one = who, two = who] = random.shuffle([who, random.pick([others[0] ?? who, ...others])]);
  return [one, two];
}

function ask(
  scene: Scene,
  {
    value,
    from,
    tell,
    ...question
  }: Omit<Question, 'answer'> & {
    readonly value: number;
    readonly from: readonly Amount[];
    readonly equation: () => string;
    readonly tell: (cast: Cast, equation: string) => string;
  },
): Question | undefined {
  const { equation } = question;
  const step = { order: scene.steps, equation, tell: (cast: Cast) => tell(cast, equation()) };
  const answer = follow({ value, from, step });
  return answer === undefined ? undefined : { ...question, answer };
}
