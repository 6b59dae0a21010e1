import type { Expression } from './expression.ts';

/** The parts of an expression, in the order in which they are written. */
export function listParts(expression: Expression): readonly Expression[] {
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
  }
}

/** The names of the variables, each once, in the order of their first appearance. */
export function listSymbols(expression: Expression): readonly string[] {
  const names = new Set<string>();
  const visit = (part: Expression): void => {
    if (part.kind === 'symbol') names.add(part.name);
    for (const inner of listParts(part)) visit(inner);
  };
  visit(expression);
  return [...names];
}

/** The same expression with other names, all at once: `x` and `y` may change places. */
export function renameSymbols(expression: Expression, names: ReadonlyMap<string, string>): Expression {
  const rename = (part: Expression): Expression => renameSymbols(part, names);
  switch (expression.kind) {
    case 'rational':
    case 'constant':
      return expression;
    case 'symbol':
      return { kind: 'symbol', name: names.get(expression.name) ?? expression.name };
    case 'sum':
      return { kind: 'sum', terms: expression.terms.map(rename) };
    case 'product':
      return { kind: 'product', factors: expression.factors.map(rename) };
    case 'quotient':
      return { kind: 'quotient', numerator: rename(expression.numerator), denominator: rename(expression.denominator) };
    case 'negation':
    case 'factorial':
      return { kind: expression.kind, operand: rename(expression.operand) };
    case 'power':
      return { kind: 'power', base: rename(expression.base), exponent: rename(expression.exponent) };
    case 'root':
      return { ...expression, radicand: rename(expression.radicand) };
    case 'function':
      return { ...expression, argument: rename(expression.argument) };
    case 'logarithm':
      return { kind: 'logarithm', base: rename(expression.base), argument: rename(expression.argument) };
    case 'binomial':
      return { kind: 'binomial', top: rename(expression.top), bottom: rename(expression.bottom) };
  }
}
