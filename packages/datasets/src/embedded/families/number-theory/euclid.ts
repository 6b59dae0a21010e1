import { divideWithRemainder } from '../../steps.ts';

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

export function getGcd(a: number, b: number): number {
  return b === 0 ? a : getGcd(b, a % b);
}

function listDivisions(a: number, b: number): readonly (readonly [value: number, divisor: number])[] {
  return b === 0 ? [] : [[a, b], ...listDivisions(b, a % b)];
}
