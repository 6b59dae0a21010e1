import { compareExpressions } from '../../compare/compare-expressions.ts';
import type { Expression } from '../../expression/expression.ts';
import { listSymbols } from '../../expression/symbols.ts';
import { Fuel } from '../../fuel.ts';

/** Engine steps for one comparison, a tenth of a second or so: the others have a limit of seconds. */
const mostSteps = 1_000_000;

/**
 * Whether SymPy's `simplify(a - b)` is expected to be zero: this verifier's own engine finds the two equal, where that
 * knows more than SymPy does. The difference of two infinities is no number, hence never zero.
 */
export function isSameBySympy(a: Expression, b: Expression): boolean {
  if (listSymbols(a).includes('oo') || listSymbols(b).includes('oo')) return false;
  return compareExpressions(a, b, { fuel: new Fuel(mostSteps) }).kind === 'same';
}
