// Writes packages/eval/embedded/replies.jsonl: one reply to each problem of `math-embedded`, seed 0, in stated shares.
// They stand in for a model in a first run, so that every part of a run can be seen at work. They measure no model.
//
//   npx tsc -b packages/datasets && node packages/eval/scripts/write-embedded-replies.mjs

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@scalequest/core';
// By path, because the oracles are no public part of the package.
import { formatHundredths, formatList, formatTuple } from '../../datasets/dist/embedded/latex.js';
import { generateExercises } from '../../datasets/dist/embedded/math-embedded.js';
import { parseReference } from '../../datasets/dist/embedded/parse-reference.js';
import { add, multiply, negate, toRational } from '../../datasets/dist/embedded/rational.js';

/** How many of the 500 replies are of each kind. */
export const shares = {
  /** Worked, with the reference in a box at the end. */
  right: 300,
  /** Right, but not as asked: no box, another order, another way to write the same number. */
  odd: 50,
  /** Worked, with another value in the box; the oracle of the problem refuses it. */
  wrong: 100,
  /** Ends without any answer, and without a number in it. */
  'no-answer': 25,
  /** Cut off before its answer is complete; the only ones with the finish reason `length`. */
  truncated: 25,
};

export const repliesPath = fileURLToPath(new URL('../embedded/replies.jsonl', import.meta.url));

/** The replies in the order of their problems, each with its kind and its problem's reference. */
export function makeEmbeddedReplies() {
  const exercises = generateExercises({ seed: 0, count: 500 });
  const kinds = createRandom('embedded-replies/kinds').shuffle(
    Object.entries(shares).flatMap(([kind, count]) => Array.from({ length: count }, () => kind)),
  );
  return exercises.map((exercise, i) => {
    const kind = kinds[i];
    const reply = writers[kind](exercise, createRandom(`embedded-replies/${exercise.id}`));
    const finishReason = kind === 'truncated' ? 'length' : 'stop';
    return { kind, reference: exercise.reference, record: { id: exercise.id, reply, finishReason } };
  });
}

/** The file as it should be. */
export function formatEmbeddedReplies(replies) {
  return replies.map(({ record }) => `${JSON.stringify(record)}\n`).join('');
}

const writers = {
  right: writeRight,
  odd: writeOdd,
  wrong: writeWrong,
  'no-answer': writeNoAnswer,
  truncated: writeTruncated,
};

const openings = [
  "Let's work this out step by step.",
  'I will go through this one step at a time.',
  'First, look at what is given.',
  'We can solve this directly.',
  'Start from the definition and compute.',
  'Here is one way to do it.',
];

const closings = [
  (answer) => `Therefore, the final answer is $\\boxed{${answer}}$.`,
  (answer) => `So the answer is $\\boxed{${answer}}$.`,
  (answer) => `Final answer: $\\boxed{${answer}}$`,
  (answer) => `\\[\n\\boxed{${answer}}\n\\]`,
];

function writeRight({ solution, reference }, random) {
  return join(random.pick(openings), unbox(solution), random.pick(closings)(reference));
}

/** A slip in the last step. */
function writeWrong({ solution, reference, isRight }, random) {
  const values = parseReference(reference);
  const slips = [
    values.map((value, i) => (i === 0 ? add(value, toRational(1)) : value)),
    values.map((value, i) => (i === values.length - 1 ? add(value, toRational(-2)) : value)),
    values.map((value, i) => (i === 0 ? negate(value) : value)),
    values.map((value) => multiply(value, toRational(2))),
  ].filter((slip) => !isRight(slip));
  const answer = formatLike(reference, random.pick(slips));
  return join(random.pick(openings), unbox(solution, answer), random.pick(closings)(answer));
}

/** Writes the values in the shape of the reference. */
function formatLike(reference, values) {
  if (reference.startsWith('(')) return formatTuple(values);
  if (!reference.includes('.')) return formatList(values);
  return formatHundredths(Number(multiply(values[0], toRational(100)).numerator));
}

const oddities = [
  { fits: () => true, write: (reference) => `The answer is $${reference}$.` },
  { fits: () => true, write: (reference) => `So, **the final answer is ${reference}**` },
  { fits: (reference) => /^[-\d.]+$/.test(reference), write: (reference) => `#### ${reference}` },
  { fits: (reference) => /^-?\d+$/.test(reference), write: (reference) => `The answer is $\\boxed{${reference}.0}$.` },
  { fits: (reference) => /^\d{4,}$/.test(reference), write: (reference) => `$\\boxed{${groupDigits(reference)}}$` },
  {
    fits: (reference) => reference.includes('\\frac'),
    write: (reference) => `$$\\boxed{ ${reference.replaceAll('\\frac', '\\dfrac')} }$$`,
  },
  {
    fits: (reference) => /^-?\\frac/.test(reference) && !reference.includes(','),
    write: (reference) => `The result is $\\boxed{${reference.replace(/\\frac\{(\d+)\}\{(\d+)\}/, '$1/$2')}}$.`,
  },
  {
    fits: (reference) => reference.startsWith('('),
    write: (reference) => `$\\boxed{\\left( ${reference.slice(1, -1).replaceAll(', ', ' ,\\, ')} \\right)}$`,
  },
  {
    fits: (reference) => /^[^(]*, /.test(reference),
    write: (reference) => `The values are $\\boxed{${reference.split(', ').reverse().join(', ')}}$.`,
  },
  {
    fits: (reference) => /^[-\d.]+$/.test(reference),
    write: (reference) =>
      `A first guess might be $\\boxed{0}$, but the steps above show that it is $\\boxed{${reference}}$.`,
  },
];

function writeOdd({ solution, reference }, random) {
  const fitting = oddities.filter(({ fits }) => fits(reference));
  return join(random.pick(openings), unbox(solution), random.pick(fitting).write(reference));
}

function groupDigits(digits) {
  return digits.replace(/(?<=\d)(?=(?:\d{3})+$)/g, '{,}');
}

const givingUp = [
  'I see what is asked, but I do not find a way to begin.',
  'I tried to set up an equation, and it did not lead anywhere.',
  'Several ideas come to mind here, and each of them gets stuck halfway.',
  'This looks like a standard exercise, yet I cannot recall the rule that it needs.',
  'Checking the cases by hand would take too long.',
];

const farewells = [
  'I will stop here without a result.',
  'I am not able to give a result.',
  'More thought would be needed to finish this.',
  'I have to leave it open.',
  'Perhaps somebody else sees how to go on.',
];

function writeNoAnswer(_, random) {
  return join(random.pick(givingUp), random.pick(farewells));
}

/** Two in three stop somewhere in the work, the others inside the box. */
function writeTruncated(exercise, random) {
  const { solution, reference } = exercise;
  const work = join(random.pick(openings), unbox(solution));
  if (random.integer({ min: 1, max: 3 }) === 1)
    return `${work}\n\nTherefore, the final answer is $\\boxed{${reference.slice(0, 1)}`;
  const beforeAnswer = solution.indexOf('\\boxed');
  const share = random.integer({ min: 50, max: 90 }) / 100;
  return join(random.pick(openings), solution.slice(0, Math.floor(beforeAnswer * share)));
}

/** The solution without its box, with the reference or another answer in its place. */
function unbox(solution, answer) {
  return solution.replace(/\\boxed\{((?:[^{}]|\{[^{}]*\})*)\}/, (_, reference) => answer ?? reference);
}

function join(...paragraphs) {
  return paragraphs.join('\n\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(repliesPath, formatEmbeddedReplies(makeEmbeddedReplies()));
  console.log(`Wrote ${repliesPath}`);
}
