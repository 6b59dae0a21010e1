import type { Random } from '@scalequest/core';
import { equalsNumber } from '../../answers/equals-number.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { toRational } from '../../rational.ts';
import { difference, product, quotient, sum } from '../../steps.ts';
import { countCases } from './count-cases.ts';
import { asFraction, findProbability } from './find-probability.ts';
import { countRed, describeSpinners, drawSpinner } from './spinners.ts';

const subject = 'Counting & Probability';
const level = 5;

const pairsOfOneClass: Family = {
  name: 'pairs-of-one-class',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const sizes = [between(random, [3, 14]), between(random, [3, 14]), between(random, [3, 14])] as const;
    const pairs = sizes.map((size) => (size * (size - 1)) / 2);
    const work = sizes.map(
      (size) => `$${difference(size, 1)}$, $${product(size, size - 1)}$, $${quotient(size * (size - 1), 2)}$`,
    );
    const [first = 0, ...others] = pairs;
    const reference = String(pairs.reduce((total, count) => total + count));
    return {
      parameters: [...sizes],
      problem:
        `Three classes have $${sizes[0]}$, $${sizes[1]}$ and $${sizes[2]}$ students. ` +
        'In how many ways can two students of the same class be chosen?',
      solution:
        `Pairs of the first class: ${work[0]}. Of the second: ${work[1]}. Of the third: ${work[2]}. ` +
        `Together: $${sum(first, ...others)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const classes = sizes.flatMap((size, i) => Array<number>(size).fill(i));
        const ways = countCases(
          [classes.length, classes.length],
          ([one = 0, other = 0]) => one < other && classes[one] === classes[other],
        );
        return equalsNumber(answer, ways);
      },
    };
  },
};

const atLeastOneRed: Family = {
  name: 'at-least-one-red',
  subject,
  level,
  form: 'fraction',
  make: (random) => {
    const spinners = [drawSpinner(random), drawSpinner(random)] as const;
    const [first, second] = spinners;
    const [rest, otherRest] = [first.parts - first.red, second.parts - second.red];
    const [all, none] = [first.parts * second.parts, rest * otherRest];
    const { step, reference } = findProbability({ favourable: all - none, all });
    return {
      parameters: [first.parts, first.red, second.parts, second.red],
      problem: `${describeSpinners(spinners)} What is the probability that at least one shows red? ${asFraction}`,
      solution:
        `All: $${product(first.parts, second.parts)}$. Not red: $${difference(first.parts, first.red)}$ and ` +
        `$${difference(second.parts, second.red)}$. None red: $${product(rest, otherRest)}$. ` +
        `At least one red: $${difference(all, none)}$. ${step}`,
      reference,
      isRight: (answer) =>
        equalsNumber(
          answer,
          toRational(
            countRed(spinners, (showingRed) => showingRed > 0),
            all,
          ),
        ),
    };
  },
};

const redAndBlueCodes: Family = {
  name: 'red-and-blue-codes',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [red, blue] = [drawKindOfCode(random), drawKindOfCode(random)];
    const reference = String(red.codes + blue.codes);
    return {
      parameters: [red.letters, red.digits, blue.letters, blue.digits],
      problem:
        `A code is a first letter, a different second letter, and a digit. For red codes there are $${red.letters}$ letters and ` +
        `$${red.digits}$ digits to choose from, for blue codes $${blue.letters}$ letters and $${blue.digits}$ digits. ` +
        'How many red and blue codes are there in all?',
      solution:
        `Red: ${red.work}. Blue: ${blue.work}. Together: $${sum(red.codes, blue.codes)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const [redCodes, blueCodes] = [red, blue].map(({ letters, digits }) =>
          countCases([letters, letters, digits], ([first, second]) => first !== second),
        );
        return equalsNumber(answer, (redCodes ?? 0) + (blueCodes ?? 0));
      },
    };
  },
};

interface KindOfCode {
  readonly letters: number;
  readonly digits: number;
  readonly codes: number;
  readonly work: string;
}

function drawKindOfCode(random: Random): KindOfCode {
  const [letters, digits] = drawWhere(
    () => [between(random, [3, 9]), between(random, [2, 10])] as const,
    ([some, others]) => some * (some - 1) * others <= 200,
  );
  const pairs = letters * (letters - 1);
  const work = `$${difference(letters, 1)}$, $${product(letters, letters - 1)}$, $${product(pairs, digits)}$`;
  return { letters, digits, codes: pairs * digits, work };
}

export const level5: readonly Family[] = [pairsOfOneClass, atLeastOneRed, redAndBlueCodes];
