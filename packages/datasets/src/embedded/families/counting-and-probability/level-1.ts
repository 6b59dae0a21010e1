import { equalsNumber } from '../../answers/equals-number.ts';
import { between } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { toRational } from '../../rational.ts';
import { difference, product, sum } from '../../steps.ts';
import { colours, describeBag, drawBag, listMarbles } from './bags.ts';
import { drawActivities } from './clubs.ts';
import { countCases } from './count-cases.ts';
import { asFraction, findProbability } from './find-probability.ts';

const subject = 'Counting & Probability';
const level = 1;

const menu: Family = {
  name: 'menu',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [soups, mains, pizzas] = [between(random, [2, 12]), between(random, [2, 12]), between(random, [2, 30])];
    const reference = String(soups * mains + pizzas);
    return {
      parameters: [soups, mains, pizzas],
      problem:
        `A restaurant has $${soups}$ soups, $${mains}$ main dishes and $${pizzas}$ pizzas. ` +
        'A meal is one soup and one main dish, or one pizza. How many different meals are there?',
      solution:
        `Soup and main dish: $${product(soups, mains)}$. Or pizza: $${sum(soups * mains, pizzas)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const meals = countCases([soups + 1, mains + 1, pizzas + 1], ([soup = 0, main = 0, pizza = 0]) =>
          pizza === 0 ? soup > 0 && main > 0 : soup === 0 && main === 0,
        );
        return equalsNumber(answer, meals);
      },
    };
  },
};

const oneMarble: Family = {
  name: 'one-marble',
  subject,
  level,
  form: 'fraction',
  make: (random) => {
    const bag = drawBag(random, 12);
    const colour = random.pick(colours);
    const total = bag.red + bag.blue + bag.green;
    const { step, reference } = findProbability({ favourable: bag[colour], all: total });
    return {
      parameters: [bag.red, bag.blue, bag.green, colour],
      problem: `${describeBag(bag)} One marble is drawn at random. What is the probability that it is ${colour}? ${asFraction}`,
      solution: `All: $${sum(bag.red, bag.blue, bag.green)}$. Number of ${colour} marbles: $${bag[colour]}$. ${step}`,
      reference,
      isRight: (answer) => {
        const marbles = listMarbles(bag);
        const favourable = countCases([marbles.length], ([i = 0]) => marbles[i] === colour);
        return equalsNumber(answer, toRational(favourable, marbles.length));
      },
    };
  },
};

const twoClubs: Family = {
  name: 'two-clubs',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [first, second] = [between(random, [5, 40]), between(random, [5, 40])];
    const both = between(random, [2, Math.min(first, second) - 1]);
    const [one, other] = drawActivities(random);
    const reference = String(first + second - both);
    return {
      parameters: [first, second, both],
      problem:
        `In a school, $${first}$ students ${one}, $${second}$ students ${other}, and $${both}$ of them do both. ` +
        'How many students do at least one of the two?',
      solution:
        `Add: $${sum(first, second)}$. Both are counted twice: $${difference(first + second, both)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        // Students are numbered; the ones in both clubs are the last of the first and the first of the second club.
        const isInSecond = (i: number): boolean => i >= first - both && i < first - both + second;
        return equalsNumber(
          answer,
          countCases([100], ([i = 0]) => i < first || isInSecond(i)),
        );
      },
    };
  },
};

export const level1: readonly Family[] = [menu, oneMarble, twoClubs];
