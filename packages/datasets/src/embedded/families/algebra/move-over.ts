import { difference, sum } from '../../steps.ts';

/**
 * The step that takes a summand from one side of an equation to the other: `Subtract $5$: $20-5=15$.`, and of a
 * negative one `Add $5$: $20+5=25$.`
 */
export function moveOver(summand: number, side: number): string {
  return summand > 0
    ? `Subtract $${summand}$: $${difference(side, summand)}$.`
    : `Add $${-summand}$: $${sum(side, -summand)}$.`;
}
