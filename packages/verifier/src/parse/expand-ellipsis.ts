import type { Fuel } from '../fuel.ts';
import {
  addRationals,
  divideRationals,
  isSameRational,
  multiplyRationals,
  negateRational,
  type Rational,
} from '../rational.ts';
import type { NumberValue, Value } from './values.ts';

/** Longer progressions are not written out. */
const longest = 200;

/** What stands in the place of the elements that go on for ever. Only itself equals it. */
export const endless: Value = { kind: 'text', text: '\\ldots' };

export function isEndless(value: Value): boolean {
  return value.kind === 'text' && value.text === '\\ldots';
}

type Step = (value: Rational) => Rational;

/**
 * `1, 2, \ldots, 10` written out, where `null` among the values is the ellipsis. The rule has to be clear: at least two
 * numbers before it and one behind, and exactly one of an arithmetic and a geometric progression that meets all of
 * them. At the end, after three terms, it is kept, and the terms that follow from the first are left out:
 * `1, 3, 5, 7, \ldots` is `1, 3, 5, \ldots`.
 */
export function expandEllipsis(values: readonly (Value | null)[], fuel: Fuel): Value[] | null {
  const at = values.indexOf(null);
  const numbers = values.filter((value): value is NumberValue => value?.kind === 'number' && value.unit === null);
  if (at !== values.lastIndexOf(null) || numbers.length !== values.length - 1) return null;
  const terms = numbers.map(({ value }) => value);
  if (at < 2 || !fuel.spend(longest)) return null;
  const steps = findSteps(terms[0] as Rational, terms[1] as Rational);
  if (at === terms.length) return keepEndless(terms, steps);
  const runs = steps.map((step) => fillGap(terms, at, step)).filter((run) => run !== null);
  return runs.length === 1 ? (runs[0] as Rational[]).map(makeTerm) : null;
}

function findSteps(first: Rational, second: Rational): Step[] {
  const difference = addRationals(second, negateRational(first));
  if (difference.numerator === 0n) return [];
  const steps: Step[] = [(value) => addRationals(value, difference)];
  if (first.numerator === 0n || second.numerator === 0n) return steps;
  const ratio = divideRationals(second, first);
  return [...steps, (value) => multiplyRationals(value, ratio)];
}

function keepEndless(terms: readonly Rational[], steps: readonly Step[]): Value[] | null {
  const fits =
    terms.length > 2 &&
    steps.some((step) => terms.every((term, i) => i === 0 || isSameRational(step(terms[i - 1] as Rational), term)));
  return [...(fits ? terms.slice(0, 3) : terms).map(makeTerm), endless];
}

/** The whole run, if the terms before the gap are neighbours, and so are those behind it once it is filled. */
function fillGap(terms: readonly Rational[], at: number, step: Step): Rational[] | null {
  const run = [terms[0] as Rational];
  let met = 1;
  while (met < terms.length && run.length < longest) {
    const next = step(run.at(-1) as Rational);
    if (next.numerator > 10n ** 40n || next.numerator < -(10n ** 40n)) return null;
    run.push(next);
    if (isSameRational(next, terms[met] as Rational)) met++;
    else if (met !== at) return null;
  }
  return met === terms.length ? run : null;
}

function makeTerm(value: Rational): NumberValue {
  return { kind: 'number', value, isPercent: false, unit: null };
}
