import type { Expression } from '../expression/expression.ts';

/**
 * What a computer algebra system may be asked: bigger texts cost it seconds, larger exponents gigabytes, and its worker
 * cannot be stopped inside one multiplication.
 */
const longestText = 600;
const mostDigits = 30;
const largestExponent = 24n;
const largestFactorial = 30n;

/** The names of our functions that both systems know by the same name and for the same function. */
const functionNames: ReadonlyMap<string, string> = new Map([
  ...['sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'sinh', 'cosh', 'tanh', 'exp', 'abs', 'floor', 'ceil'].map(
    (name): [string, string] => [name, name],
  ),
  ['arcsin', 'asin'],
  ['arccos', 'acos'],
  ['arctan', 'atan'],
  ['ln', 'log'],
]);

/**
 * Writes an expression as the infix text that nerdamer and mathjs read alike, with variables named `v0`, `v1` in the
 * order of `names`, which grows. Every operation stands in its own brackets, so that no precedence is left to them.
 * Null where a system has no such thing, means another thing by it, or could be overwhelmed by its size.
 */
export function printInfix(expression: Expression, names: string[]): string | null {
  const text = print(expression, names);
  return text === null || text.length > longestText ? null : text;
}

function print(node: Expression, names: string[]): string | null {
  switch (node.kind) {
    case 'rational': {
      const { numerator, denominator } = node.value;
      const text = denominator === 1n ? `(${numerator})` : `((${numerator})/${denominator})`;
      return text.length > mostDigits ? null : text;
    }
    case 'symbol': {
      if (!names.includes(node.name)) names.push(node.name);
      return `v${names.indexOf(node.name)}`;
    }
    case 'constant':
      return node.name;
    case 'sum':
      return join(node.terms, '+', names);
    case 'product':
      return join(node.factors, '*', names);
    case 'quotient':
      return join([node.numerator, node.denominator], '/', names);
    case 'negation':
      return wrap('-', print(node.operand, names));
    case 'power':
      return isTameExponent(node.exponent) ? join([node.base, node.exponent], '^', names) : null;
    case 'root':
      return node.index === 2 ? wrap('sqrt', print(node.radicand, names)) : null;
    case 'function': {
      const name = functionNames.get(node.name);
      return name === undefined ? null : wrap(name, print(node.argument, names));
    }
    case 'factorial': {
      const isTame = node.operand.kind !== 'rational' || node.operand.value.numerator <= largestFactorial;
      return isTame ? wrap('factorial', print(node.operand, names)) : null;
    }
    default:
      return null;
  }
}

function isTameExponent(exponent: Expression): boolean {
  if (exponent.kind === 'negation') return isTameExponent(exponent.operand);
  if (exponent.kind !== 'rational') return true;
  const { numerator, denominator } = exponent.value;
  return numerator <= largestExponent && numerator >= -largestExponent && denominator <= largestExponent;
}

function join(parts: readonly Expression[], sign: string, names: string[]): string | null {
  const texts = parts.map((part) => print(part, names));
  return texts.includes(null) ? null : `(${texts.join(sign)})`;
}

function wrap(name: string, argument: string | null): string | null {
  if (argument === null) return null;
  return name === '-' ? `(-${argument})` : `${name}(${argument})`;
}
