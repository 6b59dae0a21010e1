import type { Random } from '@scalequest/core';
import { between, drawWhere } from '../../draw.ts';
import { getGcd } from '../../get-gcd.ts';
import { divideWithRemainder, product, quotient } from '../../steps.ts';

/** The divisions of Euclid's algorithm down to the remainder 0: `$84=36\cdot2+12$. $36=12\cdot3+0$.` */
export function writeEuclid(a: number, b: number): string {
  return listDivisions(a, b)
    .map(([value, divisor]) => `$${divideWithRemainder(value, divisor)}$.`)
    .join(' ');
}

/** How many divisions it takes. */
export function countDivisions(a: number, b: number): number {
  return listDivisions(a, b).length;
}

function listDivisions(a: number, b: number): readonly (readonly [value: number, divisor: number])[] {
  return b === 0 ? [] : [[a, b], ...listDivisions(b, a % b)];
}

/** Two numbers with a common divisor, the larger first, neither of them a multiple of the other. */
export function drawPair(random: Random): readonly [larger: number, smaller: number] {
  return drawWhere(
    () => [between(random, [12, 150]), between(random, [6, 100])] as const,
    ([a, b]) => {
      const gcd = getGcd(a, b);
      return a > b && gcd > 1 && gcd < b && b / gcd <= 12 && (a * b) / gcd <= 900 && countDivisions(a, b) <= 4;
    },
  );
}

/** Euclid's algorithm and from it the least common multiple. */
export function writeLcm(a: number, b: number): string {
  const gcd = getGcd(a, b);
  return (
    `Divide until the remainder is $0$: ${writeEuclid(a, b)} The greatest common divisor is $${gcd}$. ` +
    `$${quotient(b, gcd)}$. $${product(a, b / gcd)}$.`
  );
}
