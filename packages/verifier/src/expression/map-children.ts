import type { Expression } from './expression.ts';

/** The same node with each of its parts changed; the node itself where no part did. */
export function mapChildren(expression: Expression, change: (part: Expression) => Expression): Expression {
  let isChanged = false;
  const rebuilt = rebuild(expression, (part) => {
    const changed = change(part);
    isChanged ||= changed !== part;
    return changed;
  });
  return isChanged ? rebuilt : expression;
}

function rebuild(expression: Expression, change: (part: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'rational':
    case 'constant':
    case 'symbol':
      return expression;
    case 'sum':
      return { kind: 'sum', terms: expression.terms.map(change) };
    case 'product':
      return { kind: 'product', factors: expression.factors.map(change) };
    case 'quotient':
      return { kind: 'quotient', numerator: change(expression.numerator), denominator: change(expression.denominator) };
    case 'negation':
    case 'factorial':
      return { kind: expression.kind, operand: change(expression.operand) };
    case 'power':
      return { kind: 'power', base: change(expression.base), exponent: change(expression.exponent) };
    case 'root':
      return { ...expression, radicand: change(expression.radicand) };
    case 'function':
      return { ...expression, argument: change(expression.argument) };
    case 'logarithm':
      return { kind: 'logarithm', base: change(expression.base), argument: change(expression.argument) };
    case 'binomial':
      return { kind: 'binomial', top: change(expression.top), bottom: change(expression.bottom) };
    case 'application':
      return { ...expression, arguments: expression.arguments.map(change) };
    case 'bound':
      return { ...expression, parts: expression.parts.map(change) };
  }
}
