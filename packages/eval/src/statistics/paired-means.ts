import { testDealtAnew } from './dealt-anew.ts';
import { type PermutationOptions, type PermutationTest, testPermutation } from './permutation.ts';

/** The samples of one problem in one run. */
export interface CorrectOfProblem {
  readonly correct: number;
  readonly epochs: number;
}

/** One problem in both runs. */
export interface PairedProblem {
  readonly a: CorrectOfProblem;
  readonly b: CorrectOfProblem;
}

/**
 * Tests whether two runs of the same problems differ, by the means of the problems.
 *
 * With equal epochs the signs of the differences are permuted (`testPermutation`). With unequal ones that alone is wrong: of a
 * model that is right once in twenty times, one reply is nearly always worse than the mean of eight. There the replies of each
 * problem are dealt anew as well (`testDealtAnew`), and the greater p counts: the dealing holds for one model asked twice, the
 * signs for two models that are as good on the whole and not on each problem.
 */
export function testPairedMeans(problems: readonly PairedProblem[], options: PermutationOptions): PermutationTest {
  const unit = findUnit(problems);
  const bySigns = testPermutation(
    problems.map(({ a, b }) => b.correct * (unit / b.epochs) - a.correct * (unit / a.epochs)),
    options,
  );
  if (problems.every(({ a, b }) => a.epochs === b.epochs)) return bySigns;
  const byDealing = testDealtAnew(problems, options);
  return byDealing.pValue > bySigns.pValue ? byDealing : bySigns;
}

/** The most epochs that a common multiple is sought up to: differences in such parts are still exact as floats. */
const greatestUnit = 1e9;

/** The least number that all epochs divide, so that every difference is a whole number of such parts; 1 beyond the limit. */
function findUnit(problems: readonly PairedProblem[]): number {
  let unit = 1;
  for (const epochs of new Set(problems.flatMap(({ a, b }) => [a.epochs, b.epochs]))) {
    unit *= epochs / findCommonDivisor(unit, epochs);
    if (unit > greatestUnit) return 1;
  }
  return unit;
}

function findCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : findCommonDivisor(b, a % b);
}
