import { difference, sum } from './steps.ts';

// The steps of a term that a problem writes with its sign: `+5` or `-5`.

/** `5+3=8` or, of a negative term, `5-3=2`. */
export function addTerm(value: number, term: number): string {
  return term < 0 ? difference(value, -term) : sum(value, term);
}

/** The same in words: `Add: $9+4=13$.`, and of a negative term `Subtract: $9-4=5$.` */
export function tellAddedTerm(value: number, term: number): string {
  return `${term < 0 ? 'Subtract' : 'Add'}: $${addTerm(value, term)}$.`;
}

/** Takes a term to the other side of an equation: `Subtract $5$: $20-5=15$.`, and a negative one `Add $5$: $20+5=25$.` */
export function moveTerm(value: number, term: number): string {
  return term < 0 ? `Add $${-term}$: $${sum(value, -term)}$.` : `Subtract $${term}$: $${difference(value, term)}$.`;
}
