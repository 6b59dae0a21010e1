import { difference, sum } from '../../steps.ts';

/** The step that adds to a value: `Add: $9+4=13$.`, and of a negative summand `Subtract: $9-4=5$.` */
export function addOn(value: number, summand: number): string {
  return summand > 0 ? `Add: $${sum(value, summand)}$.` : `Subtract: $${difference(value, -summand)}$.`;
}
