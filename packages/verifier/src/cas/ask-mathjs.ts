/// <reference path="./mathjs-bundle.d.ts" />
// The bundle for browsers loads four times as fast as the files that `mathjs` names.
import mathjs from 'mathjs/lib/browser/math.js';
import type { Expression } from '../expression/expression.ts';
import { listChildren } from '../expression/list-children.ts';
import { listSymbols } from '../expression/symbols.ts';

const math = mathjs.create(mathjs.all, { number: 'Fraction' });

/**
 * Whether mathjs simplifies the difference of two infix texts to 0. Only to be asked about expressions that
 * {@link isExactForMathJs} lets pass.
 */
export function askMathJs(a: string, b: string): boolean {
  try {
    return math.simplify(`(${a})-(${b})`, {}, { exactFractions: true }).toString() === '0';
  } catch {
    return false;
  }
}

/**
 * Whether mathjs computes with the expression's constants exactly. Roots, powers and functions of numbers become floats
 * in it, and then 10^-30 is nothing beside the root of 2; fractions of few digits stay fractions.
 */
export function isExactForMathJs(expression: Expression): boolean {
  if (expression.kind === 'constant') return false;
  if (expression.kind === 'rational') {
    const { numerator, denominator } = expression.value;
    return numerator < 1000n && numerator > -1000n && denominator < 1000n;
  }
  const children = listChildren(expression);
  if (expression.kind !== 'symbol' && !isArithmetic(expression.kind) && listSymbols(expression).length === 0) {
    return false;
  }
  return children.every(isExactForMathJs);
}

function isArithmetic(kind: Expression['kind']): boolean {
  return kind === 'sum' || kind === 'product' || kind === 'quotient' || kind === 'negation';
}
