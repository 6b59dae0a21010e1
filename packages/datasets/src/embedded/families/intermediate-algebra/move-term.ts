import { difference, sum } from '../../steps.ts';

/**
 * Takes a term over to the other side of an equation: `Subtract $5$: $20-5=15$.` for `+5`, `Add $5$: $20+5=25$.` for
 * `-5`.
 */
export function moveTerm(value: number, term: number): string {
  return term < 0 ? `Add $${-term}$: $${sum(value, -term)}$.` : `Subtract $${term}$: $${difference(value, term)}$.`;
}
