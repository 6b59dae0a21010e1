import type { Random } from '@scalequest/core';
import { between } from '../draw.ts';
import { difference, product, quotient, sum } from '../steps.ts';
import { type Cast, mostPeople } from './cast.ts';
import { type Amount, follow, type Scene } from './scene.ts';

/** A sentence of a story. */
export interface Sentence {
  /** Its kind, its people and its numbers. */
  readonly parameters: readonly (number | string)[];
  readonly write: (cast: Cast) => string;
  /** How things stand after it. */
  readonly after: Scene;
}

/** Draws a sentence of one kind, with the one that it needs before it; none where the scene or the numbers refuse. */
export type DrawSentence = (random: Random, scene: Scene) => readonly Sentence[];

const drawHas: DrawSentence = (random, scene) => {
  const [who, count] = [scene.amounts.length, drawCount(random)];
  return introduce(scene, {
    parameters: ['has', who, count],
    write: ({ names, things }) => `${names[who]} has ${count} ${things}.`,
    amount: { value: count, steps: [], sentences: [scene.length] },
  });
};

const drawBoxes: DrawSentence = (random, scene) => {
  const [who, boxes, each] = [scene.amounts.length, between(random, [2, 9]), between(random, [2, 12])];
  return introduce(scene, {
    parameters: ['boxes', who, boxes, each],
    write: ({ names, things }) => `${names[who]} buys ${boxes} boxes of ${each} ${things} each.`,
    amount: compute(scene, { who, equation: () => product(boxes, each), value: boxes * each, from: [] }),
  });
};

const drawTimes: DrawSentence = (random, scene) => {
  const [who, other, factor] = [scene.amounts.length, drawPerson(random, scene), between(random, [2, 6])];
  const { value } = amountOf(scene, other);
  const times = factor === 2 ? 'twice' : `${factor} times`;
  return introduce(scene, {
    parameters: ['times', who, other, factor],
    write: ({ names, things }) => `${names[who]} has ${times} as many ${things} as ${names[other]}.`,
    amount: compute(scene, {
      who,
      equation: () => product(factor, value),
      value: factor * value,
      from: [amountOf(scene, other)],
    }),
  });
};

const drawMore: DrawSentence = (random, scene) => {
  const [who, other, count] = [scene.amounts.length, drawPerson(random, scene), drawCount(random)];
  const { value } = amountOf(scene, other);
  return introduce(scene, {
    parameters: ['more', who, other, count],
    write: ({ names, things }) => `${names[who]} has ${count} more ${things} than ${names[other]}.`,
    amount: compute(scene, {
      who,
      equation: () => sum(value, count),
      value: value + count,
      from: [amountOf(scene, other)],
    }),
  });
};

const drawFewer: DrawSentence = (random, scene) => {
  const [who, other, count] = [scene.amounts.length, drawPerson(random, scene), drawCount(random)];
  const { value } = amountOf(scene, other);
  return introduce(scene, {
    parameters: ['fewer', who, other, count],
    write: ({ names, things }) => `${names[who]} has ${count} fewer ${things} than ${names[other]}.`,
    amount: compute(scene, {
      who,
      equation: () => difference(value, count),
      value: value - count,
      from: [amountOf(scene, other)],
    }),
  });
};

const drawGains: DrawSentence = (random, scene) => {
  const [who, count] = [drawPerson(random, scene), drawCount(random)];
  const { value } = amountOf(scene, who);
  return change(scene, {
    parameters: ['gains', who, count],
    write: ({ names, things, verbs }) => `${names[who]} ${verbs.gains} ${count} more ${things}.`,
    changes: [{ who, equation: () => sum(value, count), value: value + count }],
  });
};

const drawLoses: DrawSentence = (random, scene) => {
  const [who, count] = [drawPerson(random, scene), drawCount(random)];
  const { value } = amountOf(scene, who);
  return change(scene, {
    parameters: ['loses', who, count],
    write: ({ names, things, verbs }) => `${names[who]} ${verbs.loses} ${count} ${things}.`,
    changes: [{ who, equation: () => difference(value, count), value: value - count }],
  });
};

/** To somebody of the story, or to somebody who comes up for it. */
const drawGives: DrawSentence = (random, before) => {
  const who = drawPerson(random, before);
  const newcomers = random.pick([true, false]) ? drawHas(random, before) : [];
  const scene = newcomers.at(-1)?.after ?? before;
  const [to, count] = [newcomers.length > 0 ? before.amounts.length : drawPerson(random, scene), drawCount(random)];
  if (who === to) return [];
  const [from, onto] = [amountOf(scene, who).value, amountOf(scene, to).value];
  const sentences = [who, to].map((person) => scene.introductions[person] ?? 0);
  const gift = change(scene, {
    parameters: ['gives', who, to, count],
    write: ({ names, things }) => `${names[who]} gives ${count} ${things} to ${names[to]}.`,
    changes: [
      { who, equation: () => difference(from, count), value: from - count, sentences },
      { who: to, equation: () => sum(onto, count), value: onto + count, sentences },
    ],
  });
  return gift.length === 0 ? [] : [...newcomers, ...gift];
};

const drawDoubles: DrawSentence = (random, scene) => {
  const who = drawPerson(random, scene);
  const { value } = amountOf(scene, who);
  return change(scene, {
    parameters: ['doubles', who],
    write: ({ names, things }) => `The number of ${names[who]}'s ${things} doubles.`,
    changes: [{ who, equation: () => product(2, value), value: 2 * value }],
  });
};

const drawHalves: DrawSentence = (random, scene) => {
  const who = drawPerson(random, scene);
  const { value } = amountOf(scene, who);
  return change(scene, {
    parameters: ['halves', who],
    write: ({ names, things }) => `Half of ${names[who]}'s ${things} get lost.`,
    changes: [{ who, equation: () => quotient(value, 2), value: value / 2 }],
  });
};

/** The sentences that bring a person into the story. */
export const introductions: readonly [DrawSentence, ...DrawSentence[]] = [
  drawHas,
  drawHas,
  drawBoxes,
  drawTimes,
  drawMore,
  drawFewer,
];

/** The sentences in which something happens. */
export const events: readonly [DrawSentence, ...DrawSentence[]] = [
  drawGains,
  drawGains,
  drawGains,
  drawLoses,
  drawLoses,
  drawLoses,
  drawGives,
  drawGives,
  drawGives,
  drawDoubles,
  drawHalves,
];

/** The sentences that a story can begin with. */
export const beginnings: readonly [DrawSentence, ...DrawSentence[]] = [
  drawBoxes,
  ...Array<DrawSentence>(7).fill(drawHas),
];

export function drawCount(random: Random): number {
  return between(random, [2, random.pick([12, 30])]);
}

export function drawPerson(random: Random, scene: Scene): number {
  return between(random, [0, Math.max(0, scene.amounts.length - 1)]);
}

export function amountOf({ amounts }: Scene, who: number): Amount {
  const amount = amounts[who];
  if (amount === undefined) throw new Error(`Person ${who} has not come up in the story.`);
  return amount;
}

interface Computation {
  readonly who: number;
  readonly value: number;
  readonly equation: () => string;
  /** The sentences that must be there beside those that the amount follows from. */
  readonly sentences?: readonly number[];
}

/** What a person has after the sentence that comes next. */
function compute(
  scene: Scene,
  { who, value, equation, from, sentences = [] }: Computation & { readonly from: readonly Amount[] },
  order = scene.steps,
): Amount | undefined {
  const step = { order, equation, tell: ({ names, things }: Cast) => `${names[who]} has $${equation()}$ ${things}.` };
  return follow({ value, from, sentences: [...sentences, scene.length], step });
}

function introduce(
  scene: Scene,
  { amount, ...sentence }: Omit<Sentence, 'after'> & { readonly amount: Amount | undefined },
): readonly Sentence[] {
  if (amount === undefined || scene.amounts.length === mostPeople) return [];
  const after: Scene = {
    amounts: [...scene.amounts, amount],
    introductions: [...scene.introductions, scene.length],
    touched: [scene.amounts.length],
    length: scene.length + 1,
    steps: scene.steps + 1,
  };
  return [{ ...sentence, after }];
}

function change(
  scene: Scene,
  { changes, ...sentence }: Omit<Sentence, 'after'> & { readonly changes: readonly Computation[] },
): readonly Sentence[] {
  const amounts = [...scene.amounts];
  for (const [i, { who, ...computation }] of changes.entries()) {
    const from = [amountOf(scene, who)];
    const amount = compute(scene, { ...computation, who, from }, scene.steps + i);
    if (amount === undefined) return [];
    amounts[who] = amount;
  }
  const after: Scene = {
    ...scene,
    amounts,
    touched: changes.map(({ who }) => who),
    length: scene.length + 1,
    steps: scene.steps + changes.length,
  };
  return [{ ...sentence, after }];
}
