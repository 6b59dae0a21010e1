import { equalsNumber } from '../../answers/equals-number.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatHundredths } from '../../latex.ts';
import { toRational } from '../../rational.ts';
import { difference, product, quotient, sum } from '../../steps.ts';
import { colours, describeBag, drawBag, listMarbles } from './bags.ts';
import { countCases } from './count-cases.ts';
import { asFraction, findProbability } from './find-probability.ts';

const subject = 'Counting & Probability';
const level = 4;

const pairs: Family = {
  name: 'pairs',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [boys, girls, ill] = drawWhere(
      () => [between(random, [3, 16]), between(random, [3, 16]), between(random, [2, 14])] as const,
      ([male, female, absent]) => male + female - absent >= 4 && male + female - absent <= 16,
    );
    const present = boys + girls - ill;
    const ordered = present * (present - 1);
    const reference = String(ordered / 2);
    return {
      parameters: [boys, girls, ill],
      problem:
        `A club has $${boys}$ boys and $${girls}$ girls, and $${ill}$ of them are ill. ` +
        'In how many ways can two of the others be chosen to play a game?',
      solution:
        `All: $${sum(boys, girls)}$. Not ill: $${difference(boys + girls, ill)}$. Second player: $${difference(present, 1)}$. ` +
        `In order: $${product(present, present - 1)}$. Without order: $${quotient(ordered, 2)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        equalsNumber(
          answer,
          countCases([boys + girls, boys + girls], ([one = 0, other = 0]) => ill <= one && one < other),
        ),
    };
  },
};

const expectedPoints: Family = {
  name: 'expected-points',
  subject,
  level,
  form: 'decimal',
  make: (random) => {
    const some = between(random, [2, 8]);
    const [points, otherPoints] = drawWhere(
      () => [between(random, [2, 16]), between(random, [2, 16])] as const,
      ([one, other]) => one !== other,
    );
    const others = 10 - some;
    const total = some * points + others * otherPoints;
    const reference = formatHundredths(10 * total);
    return {
      parameters: [some, points, otherPoints],
      problem:
        `A spinner has $10$ equal parts. Of these, $${some}$ parts give $${points}$ points each, and the others give ` +
        `$${otherPoints}$ points each. What is the expected number of points of one spin? Write your answer as an integer or a decimal.`,
      solution:
        `The others: $${difference(10, some)}$. Points: $${product(some, points)}$ and $${product(others, otherPoints)}$. ` +
        `Together: $${sum(some * points, others * otherPoints)}$. Expected: $\\frac{${total}}{10}=${reference}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let sumOfParts = 0;
        for (let part = 1; part <= 10; part++) sumOfParts += part <= some ? points : otherPoints;
        return equalsNumber(answer, toRational(sumOfParts, 10));
      },
    };
  },
};

const firstThenSecond: Family = {
  name: 'first-then-second',
  subject,
  level,
  form: 'fraction',
  make: (random) => {
    const bag = drawWhere(
      () => drawBag(random, 8),
      ({ red, blue, green }) => red + blue + green >= 4 && red + blue + green <= 13,
    );
    const [first = 'red', second = 'blue'] = random.shuffle(colours);
    const total = bag.red + bag.blue + bag.green;
    const [favourable, all] = [bag[first] * bag[second], total * (total - 1)];
    const { step, reference } = findProbability({ favourable, all });
    return {
      parameters: [bag.red, bag.blue, bag.green, first, second],
      problem:
        `${describeBag(bag)} Two marbles are drawn at random, one after the other, without putting the first one back. ` +
        `What is the probability that the first is ${first} and the second is ${second}? ${asFraction}`,
      solution:
        `First: $${sum(bag.red, bag.blue, bag.green)}$. Second: $${difference(total, 1)}$. All: $${product(total, total - 1)}$. ` +
        `First ${first}, then ${second}: $${product(bag[first], bag[second])}$. ${step}`,
      reference,
      isRight: (answer) => {
        const marbles = listMarbles(bag);
        const draws = countCases([total, total], ([one, other]) => one !== other);
        const found = countCases(
          [total, total],
          ([one = 0, other = 0]) => marbles[one] === first && marbles[other] === second,
        );
        return equalsNumber(answer, toRational(found, draws));
      },
    };
  },
};

const twoBags: Family = {
  name: 'two-bags',
  subject,
  level,
  form: 'fraction',
  isHeldOut: true,
  make: (random) => {
    const draw = (): number => between(random, [1, 8]);
    const [red, blue, otherRed, otherBlue] = drawWhere(
      () => [draw(), draw(), draw(), draw()] as const,
      ([a, b, c, d]) => a + b <= 10 && c + d <= 10,
    );
    const [first, second] = [red + blue, otherRed + otherBlue];
    const { step, reference } = findProbability({ favourable: red * otherRed, all: first * second });
    return {
      parameters: [red, blue, otherRed, otherBlue],
      problem:
        `One bag holds $${red}$ red and $${blue}$ blue marbles. Another bag holds $${otherRed}$ red and $${otherBlue}$ blue marbles. ` +
        `One marble is drawn at random from each bag. What is the probability that both are red? ${asFraction}`,
      solution:
        `First: $${sum(red, blue)}$. Second: $${sum(otherRed, otherBlue)}$. All: $${product(first, second)}$. ` +
        `Both red: $${product(red, otherRed)}$. ${step}`,
      reference,
      isRight: (answer) => {
        const found = countCases(
          [red + blue, otherRed + otherBlue],
          ([one = 0, other = 0]) => one >= blue && other >= otherBlue,
        );
        return equalsNumber(
          answer,
          toRational(
            found,
            countCases([first, second], () => true),
          ),
        );
      },
    };
  },
};

export const level4: readonly Family[] = [pairs, expectedPoints, firstThenSecond, twoBags];
