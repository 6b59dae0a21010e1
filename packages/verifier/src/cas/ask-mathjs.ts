import { createRequire } from 'node:module';
import type { Expression } from '../expression/expression.ts';
import { listChildren } from '../expression/list-children.ts';

interface MathJs {
  readonly all: object;
  create(factories: object, config: { readonly number: 'Fraction' }): MathJs;
  simplify(text: string, scope: object, options: { readonly exactFractions: boolean }): { toString(): string };
}

let math: MathJs | undefined;

/**
 * Whether mathjs simplifies the difference of two infix texts to 0. Only to be asked about expressions that
 * {@link isExactForMathJs} lets pass.
 */
export function askMathJs(a: string, b: string): boolean {
  if (math === undefined) {
    // The bundle for browsers loads four times as fast as the files that `mathjs` names.
    const loaded = createRequire(import.meta.url)('mathjs/lib/browser/math.js') as MathJs;
    math = loaded.create(loaded.all, { number: 'Fraction' });
  }
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
  if (expression.kind !== 'symbol' && !isArithmetic(expression.kind) && children.every((child) => !hasSymbol(child))) {
    return false;
  }
  return children.every(isExactForMathJs);
}

function isArithmetic(kind: Expression['kind']): boolean {
  return kind === 'sum' || kind === 'product' || kind === 'quotient' || kind === 'negation';
}

function hasSymbol(expression: Expression): boolean {
  return expression.kind === 'symbol' || listChildren(expression).some(hasSymbol);
}
