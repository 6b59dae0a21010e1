import type { Expression } from './expression.ts';

/** The parts of an expression from left to right. */
export function listChildren(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'rational':
    case 'symbol':
    case 'constant':
      return [];
    case 'sum':
      return expression.terms;
    case 'product':
      return expression.factors;
    case 'quotient':
      return [expression.numerator, expression.denominator];
    case 'negation':
    case 'factorial':
      return [expression.operand];
    case 'power':
      return [expression.base, expression.exponent];
    case 'root':
      return [expression.radicand];
    case 'function':
      return [expression.argument];
    case 'logarithm':
      return [expression.base, expression.argument];
    case 'binomial':
      return [expression.top, expression.bottom];
    case 'application':
      return expression.arguments;
    case 'bound':
      return expression.parts;
  }
}

export function isDeeperThan(expression: Expression, limit: number): boolean {
  return limit <= 0 || listChildren(expression).some((child) => isDeeperThan(child, limit - 1));
}
