import { equalsNumber } from '../../answers/equals-number.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { toRational } from '../../rational.ts';
import { difference, product, sum } from '../../steps.ts';
import { drawActivities } from './clubs.ts';
import { countCases } from './count-cases.ts';
import { asFraction, findProbability } from './find-probability.ts';
import { countRed, describeSpinners, drawSpinner } from './spinners.ts';

const subject = 'Counting & Probability';
const level = 3;

const neitherClub: Family = {
  name: 'neither-club',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [first, second] = [between(random, [5, 40]), between(random, [5, 40])];
    const both = between(random, [2, Math.min(first, second) - 1]);
    const either = first + second - both;
    const all = either + between(random, [2, 30]);
    const [one, other] = drawActivities(random);
    const reference = String(all - either);
    return {
      parameters: [all, first, second, both],
      problem:
        `Of the $${all}$ students in a school, $${first}$ students ${one}, $${second}$ students ${other}, ` +
        `and $${both}$ of them do both. How many students do neither of the two?`,
      solution:
        `Add: $${sum(first, second)}$. Both are counted twice: $${difference(first + second, both)}$. ` +
        `Neither: $${difference(all, either)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const isInSecond = (i: number): boolean => i >= first - both && i < first - both + second;
        return equalsNumber(
          answer,
          countCases([all], ([i = 0]) => i >= first && !isInSecond(i)),
        );
      },
    };
  },
};

const freeCodes: Family = {
  name: 'free-codes',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [letters, digits] = [between(random, [3, 8]), between(random, [2, 7])];
    const pairs = letters * (letters - 1);
    const taken = between(random, [2, Math.min(50, pairs * digits - 1)]);
    const reference = String(pairs * digits - taken);
    return {
      parameters: [letters, digits, taken],
      problem:
        `A code is a first letter, a different second letter, and a digit. There are $${letters}$ letters and ` +
        `$${digits}$ digits to choose from. Of all possible codes, $${taken}$ are taken. How many codes are free?`,
      solution:
        `Second letter: $${difference(letters, 1)}$. Two letters: $${product(letters, letters - 1)}$. ` +
        `Codes: $${product(pairs, digits)}$. Free: $${difference(pairs * digits, taken)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const codes = countCases([letters, letters, digits], ([first, second]) => first !== second);
        return equalsNumber(answer, codes - taken);
      },
    };
  },
};

const twoSpinners: Family = {
  name: 'two-spinners',
  subject,
  level,
  form: 'fraction',
  make: (random) => {
    const spinners = [drawSpinner(random), drawSpinner(random)] as const;
    const [first, second] = spinners;
    const all = first.parts * second.parts;
    const { step, reference } = findProbability({ favourable: first.red * second.red, all });
    return {
      parameters: [first.parts, first.red, second.parts, second.red],
      problem: `${describeSpinners(spinners)} What is the probability that both show red? ${asFraction}`,
      solution: `All: $${product(first.parts, second.parts)}$. Both red: $${product(first.red, second.red)}$. ${step}`,
      reference,
      isRight: (answer) =>
        equalsNumber(
          answer,
          toRational(
            countRed(spinners, (showingRed) => showingRed === 2),
            all,
          ),
        ),
    };
  },
};

const likelierBag: Family = {
  name: 'likelier-bag',
  subject,
  level,
  form: 'text',
  make: (random) => {
    const [first, second] = drawWhere(
      () => [drawSpinner(random), drawSpinner(random)] as const,
      ([one, other]) => one.red * other.parts !== other.red * one.parts,
    );
    const [left, right] = [first.red * second.parts, second.red * first.parts];
    const reference = `\\text{${left > right ? 'first' : 'second'}}`;
    return {
      parameters: [first.parts, first.red, second.parts, second.red],
      problem:
        `The first bag holds $${first.parts}$ marbles, $${first.red}$ of them red. ` +
        `The second bag holds $${second.parts}$ marbles, $${second.red}$ of them red. ` +
        'One marble is drawn at random from each bag. From which bag is a red one more likely? ' +
        'Write $\\text{first}$ or $\\text{second}$.',
      solution:
        `Compare $\\frac{${first.red}}{${first.parts}}$ with $\\frac{${second.red}}{${second.parts}}$: ` +
        `$${product(first.red, second.parts)}$ and $${product(second.red, first.parts)}$. ` +
        `$${difference(left, right)}$ is ${left > right ? 'above' : 'below'} $0$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const gap = first.red / first.parts - second.red / second.parts;
        return (answer === '\\text{first}' && gap > 1e-9) || (answer === '\\text{second}' && gap < -1e-9);
      },
    };
  },
};

export const level3: readonly Family[] = [neitherClub, freeCodes, twoSpinners, likelierBag];
