import { equalsNumber } from '../../answers/equals-number.ts';
import { between } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatHundredths } from '../../latex.ts';
import { toRational } from '../../rational.ts';
import { difference, divideWithRemainder, product, sum } from '../../steps.ts';
import { colours, describeBag, drawBag, listMarbles } from './bags.ts';
import { countCases } from './count-cases.ts';
import { asFraction, findProbability } from './find-probability.ts';

const subject = 'Counting & Probability';
const level = 2;

const routes: Family = {
  name: 'routes',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [toB, fromB] = [between(random, [2, 10]), between(random, [2, 10])];
    const [toC, fromC] = [between(random, [2, 10]), between(random, [2, 10])];
    const reference = String(toB * fromB + toC * fromC);
    return {
      parameters: [toB, fromB, toC, fromC],
      problem:
        `There are $${toB}$ roads from $A$ to $B$ and $${fromB}$ roads from $B$ to $D$. ` +
        `There are $${toC}$ roads from $A$ to $C$ and $${fromC}$ roads from $C$ to $D$. ` +
        'In how many ways can one drive from $A$ to $D$ through either $B$ or $C$?',
      solution:
        `Through $B$: $${product(toB, fromB)}$. Through $C$: $${product(toC, fromC)}$. ` +
        `Together: $${sum(toB * fromB, toC * fromC)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const ways = countCases([2, 10, 10], ([town = 0, first = 0, second = 0]) =>
          town === 0 ? first < toB && second < fromB : first < toC && second < fromC,
        );
        return equalsNumber(answer, ways);
      },
    };
  },
};

const hundredBalls: Family = {
  name: 'hundred-balls',
  subject,
  level,
  form: 'decimal',
  make: (random) => {
    const [red, blue] = [between(random, [2, 60]), between(random, [2, 37])];
    const reference = formatHundredths(100 - red - blue);
    return {
      parameters: [red, blue],
      problem:
        `A box holds $100$ balls: $${red}$ are red, $${blue}$ are blue, and the others are green. One ball is drawn at random. ` +
        'What is the probability that it is green? Write your answer as a decimal.',
      solution:
        `Red or blue: $${sum(red, blue)}$. Green: $${difference(100, red + blue)}$. ` +
        `The probability is $\\frac{${100 - red - blue}}{100}=${reference}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        equalsNumber(
          answer,
          toRational(
            countCases([100], ([ball = 0]) => ball >= red && ball - red >= blue),
            100,
          ),
        ),
    };
  },
};

const multipleOf: Family = {
  name: 'multiple-of',
  subject,
  level,
  form: 'fraction',
  make: (random) => {
    const [largest, divisor] = [between(random, [12, 140]), between(random, [2, 12])];
    const { step, reference } = findProbability({ favourable: Math.floor(largest / divisor), all: largest });
    return {
      parameters: [largest, divisor],
      problem:
        `One of the whole numbers from $1$ to $${largest}$ is chosen at random. ` +
        `What is the probability that it is a multiple of $${divisor}$? ${asFraction}`,
      solution:
        `$${divideWithRemainder(largest, divisor)}$. Number of multiples of $${divisor}$: ` +
        `$${Math.floor(largest / divisor)}$. ${step}`,
      reference,
      isRight: (answer) =>
        equalsNumber(
          answer,
          toRational(
            countCases([largest], ([i = 0]) => (i + 1) % divisor === 0),
            largest,
          ),
        ),
    };
  },
};

const notThatColour: Family = {
  name: 'not-that-colour',
  subject,
  level,
  form: 'fraction',
  isHeldOut: true,
  make: (random) => {
    const bag = drawBag(random, 12);
    const colour = random.pick(colours);
    const total = bag.red + bag.blue + bag.green;
    const { step, reference } = findProbability({ favourable: total - bag[colour], all: total });
    return {
      parameters: [bag.red, bag.blue, bag.green, colour],
      problem: `${describeBag(bag)} One marble is drawn at random. What is the probability that it is not ${colour}? ${asFraction}`,
      solution: `All: $${sum(bag.red, bag.blue, bag.green)}$. Not ${colour}: $${difference(total, bag[colour])}$. ${step}`,
      reference,
      isRight: (answer) => {
        const marbles = listMarbles(bag);
        const favourable = countCases([marbles.length], ([i = 0]) => marbles[i] !== colour);
        return equalsNumber(answer, toRational(favourable, marbles.length));
      },
    };
  },
};

export const level2: readonly Family[] = [routes, hundredBalls, multipleOf, notThatColour];
