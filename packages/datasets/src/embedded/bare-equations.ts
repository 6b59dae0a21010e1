import type { Random } from '@scalequest/core';
import { between, nonZero } from './draw.ts';
import {
  difference,
  divideByTen,
  divideWithRemainder,
  power,
  product,
  quotient,
  reduceFraction,
  simplifyRoot,
  squareRoot,
  sum,
} from './steps.ts';

/** A step without a problem around it. Only what is found can be learnt: what is given was drawn. */
export interface BareEquation {
  /** `3+4=` */
  readonly given: string;
  /** `7` */
  readonly found: string;
}

/** Draws one of the steps that solutions are written in, small numbers more often than large ones. */
export function drawBareEquation(random: Random): BareEquation {
  let share = random.next() * totalShare;
  for (const { draw, share: ofKind } of kinds) {
    share -= ofKind;
    if (share < 0) return split(draw(random));
  }
  return split(drawSum(random));
}

interface Kind {
  readonly share: number;
  readonly draw: (random: Random) => string;
}

const kinds: readonly Kind[] = [
  { share: 24, draw: drawSum },
  { share: 20, draw: (random) => difference(drawNumber(random), drawNumber(random)) },
  { share: 22, draw: drawProduct },
  { share: 12, draw: drawQuotient },
  { share: 4, draw: drawPower },
  { share: 3, draw: (random) => squareRoot(between(random, [1, 25]) ** 2) },
  { share: 4, draw: drawRoot },
  { share: 10, draw: drawFraction },
  { share: 2, draw: (random) => divideByTen(between(random, [1, 999])) },
  {
    share: 5,
    draw: (random) => divideWithRemainder(between(random, [2, random.pick([60, 150, 300])]), between(random, [2, 12])),
  },
];

const totalShare = kinds.reduce((total, { share }) => total + share, 0);

function drawNumber(random: Random): number {
  const largest = random.pick([12, 20, 30, 50, 100, 100, 180]);
  const value = between(random, [0, largest]);
  return random.integer({ min: 1, max: 5 }) === 1 ? -value : value;
}

function drawSum(random: Random): string {
  const others = [drawNumber(random)];
  if (random.integer({ min: 1, max: 4 }) === 1) others.push(nonZero(random, 30));
  return sum(drawNumber(random), ...others);
}

function drawProduct(random: Random): string {
  const [a, b] = random.pick([
    [12, 12],
    [12, 12],
    [9, 99],
    [30, 20],
    [9, 30],
  ] as const);
  const factors = random.shuffle([between(random, [1, a]), between(random, [1, b])]);
  const signs = random.pick([1, 1, 1, 1, -1] as const);
  return product(signs * (factors[0] ?? 1), (random.integer({ min: 1, max: 8 }) === 1 ? -1 : 1) * (factors[1] ?? 1));
}

function drawQuotient(random: Random): string {
  const [divisor, value] = random.shuffle([between(random, [2, 12]), between(random, [1, random.pick([12, 12, 40])])]);
  const sign = random.integer({ min: 1, max: 6 }) === 1 ? -1 : 1;
  return quotient(sign * (divisor ?? 1) * (value ?? 1), divisor ?? 1);
}

function drawPower(random: Random): string {
  const kind = between(random, [1, 8]);
  if (kind === 1) return power(2, between(random, [2, 10]));
  if (kind === 2) return power(3, between(random, [2, 6]));
  if (kind === 3) return power(random.pick([4, 5]), between(random, [2, 4]));
  if (kind === 4) return power(between(random, [2, 10]), 3);
  if (kind === 5) return power(-between(random, [1, 5]), 3);
  if (kind === 6) return power(-between(random, [1, 12]), 2);
  return power(between(random, [2, 25]), 2);
}

function drawRoot(random: Random): string {
  const factor = between(random, [2, 9]);
  const rest = random.pick([2, 3, 5, 6, 7, 10, 11, 13] as const);
  return simplifyRoot(factor * factor * rest <= 400 ? factor * factor * rest : 4 * rest);
}

/** Never in lowest terms. */
function drawFraction(random: Random): string {
  const divisor = random.pick([2, 2, 2, 3, 3, between(random, [4, 12]), between(random, [4, 24])]);
  const largest = Math.max(3, Math.min(15, Math.floor(200 / divisor)));
  const sign = random.integer({ min: 1, max: 6 }) === 1 ? -1 : 1;
  return reduceFraction(sign * divisor * between(random, [1, largest]), divisor * between(random, [2, largest]));
}

function split(equation: string): BareEquation {
  const isDivision = equation.includes('+') && /^\d+=\d+\\cdot/.test(equation);
  // The divisor of a division with remainder is given: it stands behind the equals sign.
  const end = isDivision ? equation.indexOf('\\cdot') + '\\cdot'.length : equation.indexOf('=') + 1;
  return { given: equation.slice(0, end), found: equation.slice(end) };
}
