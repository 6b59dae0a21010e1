import type { Expression } from '../../expression/expression.ts';
import {
  imaginaryConstant,
  makeInteger,
  makePower,
  makeProduct,
  makeQuotient,
  makeSum,
  makeSymbol,
  negate,
  piConstant,
} from '../../expression/expression-parts.ts';
import { makeCall } from '../../expression/make-call.ts';
import { makeRational } from '../../rational.ts';
import { sympyInfinity } from './sympy-object.ts';

/** What SymPy's `parse_expr` gives: a value, or a Python list, tuple or set of them. */
export type PythonObject =
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'list' | 'tuple' | 'set'; readonly items: readonly PythonObject[] };

const longestText = 2000;
const deepest = 40;
const refusal = Symbol('parse_expr does not read this');

const constants: ReadonlyMap<string, Expression> = new Map([
  ['pi', piConstant],
  ['E', { kind: 'constant', name: 'e' }],
  ['I', imaginaryConstant],
  ['oo', sympyInfinity],
  // Python calculates with them.
  ['True', makeInteger(1n)],
  ['False', makeInteger(0n)],
]);

/** Python's functions of these names have the meaning that they have here. */
const functions: ReadonlyMap<string, string> = new Map([
  ...['sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'sinh', 'cosh', 'tanh', 'exp', 'ln'].map(
    (name) => [name, name] as const,
  ),
  ...['asin', 'acos', 'atan'].map((name) => [name, name.replace('a', 'arc')] as const),
  ['log', 'ln'],
  ['Abs', 'abs'],
  ['abs', 'abs'],
]);

/** Words of Python, and names that SymPy gives to something that is no value. */
const refusedNames =
  /^(?:and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield|None|N|O|Q|S|beta|gamma|zeta|Chi|Ci|Si|Li|re|im|ff|rf|sign|test|var|div|field|ring|sets|plot|line|series|source|factor|expand|solve|limit|diff|binomial|factorial|prime|gcd|lcm|max|min|sum|len|int|float|list|set|tuple)$/;

/**
 * Reads text as SymPy's `parse_expr` with its usual transformations: Python, where `2x` and `x^2` are none and `abc` is
 * one variable. Numbers, variables, the usual functions, lists, tuples and sets; undefined for everything else.
 */
export function parsePythonLikeSympy(text: string): PythonObject | undefined {
  if (text.length > longestText) return undefined;
  const reader = new PythonReader(text);
  try {
    return reader.readAll();
  } catch (error) {
    if (error === refusal) return undefined;
    throw error;
  }
}

const tokens = /\s*(?:(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|([A-Za-z_]\w*)|(\*\*|[-+*/()[\]{},!]))/y;

class PythonReader {
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  readAll(): PythonObject {
    const value = this.#readItems('', 'tuple');
    if (this.#at < this.#tokens.length) throw refusal;
    return value;
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #take(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#at++;
    return true;
  }

  /** One value, or several behind commas; brackets and braces make a list or a set of one too. */
  #readItems(close: string, kind: 'list' | 'tuple' | 'set'): PythonObject {
    const items: PythonObject[] = [];
    let isList = kind !== 'tuple';
    while (this.#peek() !== close && this.#at < this.#tokens.length) {
      items.push(this.#readSum());
      if (!this.#take(',')) break;
      isList = true;
    }
    const [only] = items;
    if (only === undefined && close !== ')' && close !== ']') throw refusal;
    return only !== undefined && !isList ? only : { kind, items };
  }

  #readSum(): PythonObject {
    if (++this.#depth > deepest) throw refusal;
    let left = this.#readProduct();
    while (this.#peek() === '+' || this.#peek() === '-') {
      const isMinus = this.#tokens[this.#at++] === '-';
      const right = takeExpression(this.#readProduct());
      left = toObject(makeSum(takeExpression(left), isMinus ? negate(right) : right));
    }
    this.#depth--;
    return left;
  }

  #readProduct(): PythonObject {
    let left = this.#readSigned();
    while (this.#peek() === '*' || this.#peek() === '/') {
      const isQuotient = this.#tokens[this.#at++] === '/';
      const [a, b] = [takeExpression(left), takeExpression(this.#readSigned())];
      left = toObject(isQuotient ? makeQuotient(a, b) : makeProduct([a, b]));
    }
    return left;
  }

  #readSigned(): PythonObject {
    let isNegative = false;
    let isSigned = false;
    while (this.#peek() === '+' || this.#peek() === '-') {
      isNegative = (this.#tokens[this.#at++] === '-') !== isNegative;
      isSigned = true;
    }
    const value = this.#readPower();
    if (!isSigned) return value;
    return toObject(isNegative ? negate(takeExpression(value)) : takeExpression(value));
  }

  #readPower(): PythonObject {
    if (++this.#depth > deepest) throw refusal;
    let base = this.#readValue();
    while (this.#take('!')) base = toObject({ kind: 'factorial', operand: takeExpression(base) });
    if (this.#take('**')) base = toObject(makePower(takeExpression(base), takeExpression(this.#readSigned())));
    this.#depth--;
    return base;
  }

  #readValue(): PythonObject {
    const token = this.#peek();
    this.#at++;
    if (/^[\d.]/.test(token)) return toObject(readNumber(token));
    if (/^[A-Za-z_]/.test(token)) return toObject(this.#readName(token));
    const bracket = brackets.get(token);
    if (bracket === undefined) throw refusal;
    const value = this.#readItems(bracket.close, bracket.kind);
    if (!this.#take(bracket.close)) throw refusal;
    return value;
  }

  #readName(name: string): Expression {
    const constant = constants.get(name);
    if (!this.#take('(')) {
      if (functions.has(name) || name === 'sqrt' || refusedNames.test(name)) throw refusal;
      return constant ?? makeSymbol(name);
    }
    if (constant !== undefined || refusedNames.test(name)) throw refusal;
    const given = this.#readItems(')', 'tuple');
    if (!this.#take(')')) throw refusal;
    const values = given.kind === 'expression' ? [given.expression] : given.items.map(takeExpression);
    const [first, second] = values;
    if (first === undefined || second !== undefined) throw refusal;
    if (name === 'sqrt') return { kind: 'root', index: 2, radicand: first };
    const known = functions.get(name);
    return known === undefined
      ? { kind: 'application', name: `sympy ${name}`, arguments: values }
      : makeCall(known, first, null);
  }
}

const brackets: ReadonlyMap<string, { readonly close: string; readonly kind: 'list' | 'tuple' | 'set' }> = new Map([
  ['(', { close: ')', kind: 'tuple' }],
  ['[', { close: ']', kind: 'list' }],
  ['{', { close: '}', kind: 'set' }],
]);

function tokenize(text: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    tokens.lastIndex = at;
    const match = tokens.exec(text);
    // What is not read at all is one token that nothing expects.
    if (match === null) return [...found, '?'];
    found.push(match[1] ?? match[2] ?? (match[3] as string));
    at = tokens.lastIndex;
  }
  return found;
}

function toObject(expression: Expression): PythonObject {
  return { kind: 'expression', expression };
}

function takeExpression(value: PythonObject): Expression {
  if (value.kind !== 'expression') throw refusal;
  return value.expression;
}

/** Python refuses whole numbers with zeros in front. */
function readNumber(token: string): Expression {
  if (/^0\d*[1-9]\d*$/.test(token)) throw refusal;
  const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const power = Number(exponent) - fraction.length;
  if (Math.abs(power) > 400) throw refusal;
  const value = BigInt(whole + fraction);
  return power >= 0
    ? makeInteger(value * 10n ** BigInt(power))
    : { kind: 'rational', value: makeRational(value, 10n ** BigInt(-power)) };
}
