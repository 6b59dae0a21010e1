import type { Expression } from '../../expression/expression.ts';

/**
 * The number that a program gets which lets Python evaluate what SymPy prints, with nothing but pi, E and sqrt at hand:
 * the letters pi and E are the constants then. Undefined where anything else stands in it, or where it is not real.
 */
export function evaluateAsPython(expression: Expression): number | undefined {
  const value = evaluate(expression);
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

function evaluate(node: Expression): number | undefined {
  switch (node.kind) {
    case 'rational':
      return divide(node.value.numerator, node.value.denominator);
    case 'symbol':
      return { pi: Math.PI, E: Math.E }[node.name];
    case 'constant':
      return { pi: Math.PI, e: Math.E, i: undefined, 'log-base': undefined }[node.name];
    case 'sum':
      return combine(node.terms, (a, b) => a + b);
    case 'product':
      return combine(node.factors, (a, b) => a * b);
    case 'quotient':
      return combine([node.numerator, node.denominator], (a, b) => (b === 0 ? Number.NaN : a / b));
    case 'negation':
      return combine([node.operand], (a) => a, -1);
    case 'power':
      return combine([node.base, node.exponent], (a, b) => a ** b);
    case 'root':
      return node.index === 2 ? combine([node.radicand], (a) => a, 1, Math.sqrt) : undefined;
    default:
      return undefined;
  }
}

function combine(
  parts: readonly Expression[],
  operation: (a: number, b: number) => number,
  factor = 1,
  last: (value: number) => number = (value) => value,
): number | undefined {
  const values = parts.map(evaluate);
  if (!values.every((value) => value !== undefined)) return undefined;
  return last(factor * values.reduce(operation));
}

/** As near as doubles come, also where both are too large for them. */
function divide(numerator: bigint, denominator: bigint): number {
  const [top, bottom] = [Number(numerator), Number(denominator)];
  return Number.isFinite(top) && Number.isFinite(bottom) ? top / bottom : Number.NaN;
}
