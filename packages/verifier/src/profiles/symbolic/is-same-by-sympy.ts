import { compareExpressions } from '../../compare/compare-expressions.ts';
import type { Expression } from '../../expression/expression.ts';
import { listChildren } from '../../expression/list-children.ts';
import { listSymbols } from '../../expression/symbols.ts';
import { Fuel } from '../../fuel.ts';
import type { Rational } from '../../rational.ts';
import { evaluateAsPython } from './evaluate-as-python.ts';

/** Engine steps for one comparison, a tenth of a second or so: the others have a limit of seconds. */
const mostSteps = 1_000_000;

/**
 * Whether SymPy's `simplify(a - b)` is expected to be zero: this verifier's own engine finds the two equal, where that
 * knows more than SymPy does. The difference of two infinities is no number, hence never zero.
 */
export function isSameBySympy(a: Expression, b: Expression): boolean {
  if (listSymbols(a).includes('oo') || listSymbols(b).includes('oo')) return false;
  return areSameFloats(a, b) || compareExpressions(a, b, { fuel: new Fuel(mostSteps) }).kind === 'same';
}

/** A decimal of up to 15 digits is a double in SymPy, and so is then what it is compared with. Longer ones are exact here. */
function areSameFloats(a: Expression, b: Expression): boolean {
  const decimals = [...listDecimals(a), ...listDecimals(b)];
  if (decimals.length === 0 || decimals.some((decimal) => countDigits(decimal) > 15)) return false;
  if (listSymbols(a).length + listSymbols(b).length > 0) return false;
  const [x, y] = [evaluateAsPython(a), evaluateAsPython(b)];
  return x !== undefined && x === y;
}

function listDecimals(expression: Expression): readonly Rational[] {
  if (expression.kind === 'rational') return expression.value.places === undefined ? [] : [expression.value];
  return listChildren(expression).flatMap(listDecimals);
}

function countDigits({ numerator, denominator, places = 0 }: Rational): number {
  return ((numerator * 10n ** BigInt(places)) / denominator).toString().replace('-', '').length;
}
