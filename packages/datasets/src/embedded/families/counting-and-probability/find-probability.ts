import { formatRational } from '../../latex.ts';
import { toRational } from '../../rational.ts';
import { reduceFraction } from '../../steps.ts';

/** What a problem asks for whose answer is a probability. */
export const asFraction = 'Write your answer as a fraction in lowest terms.';

/** The last step of a probability, and its reference. */
interface Probability {
  readonly step: string;
  readonly reference: string;
}

/** Favourable cases over all of them. */
export function findProbability({ favourable, all }: { favourable: number; all: number }): Probability {
  const reference = formatRational(toRational(favourable, all));
  return {
    step: `The probability is $${reduceFraction(favourable, all)}$. The answer is $\\boxed{${reference}}$.`,
    reference,
  };
}
