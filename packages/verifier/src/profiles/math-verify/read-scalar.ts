import type { Expression } from '../../expression/expression.ts';
import {
  makeInteger,
  makePower,
  makeProduct,
  makeQuotient,
  makeSum,
  makeSymbol,
  negate,
  piConstant,
} from '../../expression/expression-parts.ts';
import { listChildren } from '../../expression/list-children.ts';
import { makeCall } from '../../expression/make-call.ts';
import { parseExpression } from '../../expression/parse-expression.ts';
import type { FunctionWord } from '../../expression/scan-names.ts';
import { listSymbols } from '../../expression/symbols.ts';
import { Fuel } from '../../fuel.ts';
import { makeRational, negateRational, type Rational } from '../../rational.ts';
import { sympyInfinity } from '../symbolic/sympy-object.ts';
import { percentUnit } from './math-value.ts';

const deepest = 60;
const longestText = 4000;

const token =
  /\s+|\\(?:[,:;! ]|quad|qquad|left(?![a-z])|right(?![a-z])|displaystyle)|(\d+(?:\.\d+)?(?:E[-+]?\d{1,3})?|\.\d+)|(\\(?:text|mbox|mathrm|mathbf|mathit|mathbb|mathcal|textbf|textit|operatorname|overline|bar|vec|overrightarrow|hat|tilde|dot)\s*\{[^{}]*\})|(\\[a-zA-Z]+|\\[{}%|$])|(.)/suy;

const functions: ReadonlySet<string> = new Set([
  ...['sin', 'cos', 'tan', 'csc', 'sec', 'cot', 'sinh', 'cosh', 'tanh', 'exp', 'log', 'ln'],
  ...['arcsin', 'arccos', 'arctan', 'arccsc', 'arcsec', 'arccot', 'arsinh', 'arcosh', 'artanh'],
  ...['gcd', 'lcm', 'max', 'min'],
]);

const greek = [
  ...['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'varepsilon', 'zeta', 'eta', 'theta', 'vartheta', 'iota', 'kappa'],
  ...[
    'lambda',
    'mu',
    'nu',
    'xi',
    'pi',
    'varpi',
    'rho',
    'varrho',
    'sigma',
    'varsigma',
    'tau',
    'upsilon',
    'phi',
    'varphi',
  ],
  ...[
    'chi',
    'psi',
    'omega',
    'Gamma',
    'Delta',
    'Theta',
    'Lambda',
    'Xi',
    'Pi',
    'Sigma',
    'Upsilon',
    'Phi',
    'Psi',
    'Omega',
  ],
];

/** Commands that are variables. A text with any other one is not read. */
const variables: ReadonlySet<string> = new Set(
  [
    ...greek,
    ...[
      'angle',
      'triangle',
      'varnothing',
      'hbar',
      'ell',
      'imath',
      'jmath',
      'nabla',
      'partial',
      'prime',
      'aleph',
      'infty',
    ],
  ].map((name) => `\\${name}`),
);

/** Operators with bounds are left to this verifier's own parser. */
const bounded = /\\(?:sum|prod|int|lim)(?![a-zA-Z])/;

const starters: ReadonlySet<string> = new Set(
  ['frac', 'sqrt', 'binom', 'dbinom', 'tbinom', 'lfloor', 'lceil', 'vert', 'lvert'].map((name) => `\\${name}`),
);

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const multiplications: ReadonlySet<string> = new Set(['*', '\\times', '\\cdot']);
const divisions: ReadonlySet<string> = new Set(['/', '\\div', ':']);
const operators: ReadonlySet<string> = new Set([...multiplications, ...divisions, '\\mod']);

const refusal = Symbol('math-verify does not read this');

/**
 * Reads LaTeX as the grammar of latex2sympy2_extended does, one scalar and all of the text: undefined where that fails.
 *
 * Letters are lower-cased variables, but for e and I; a whole number before a positive fraction or number is added to it
 * (`2(3)` is 5); a product without a sign binds tighter than a division (`1/2x` is 1/(2x)); a base such as `52_8` is
 * not looked at.
 */
export function readScalar(text: string): Expression | undefined {
  if (text.length > longestText) return undefined;
  if (bounded.test(text)) return readBounded(text);
  try {
    return new ScalarReader(scan(text)).readAll();
  } catch (error) {
    if (error === refusal) return undefined;
    throw error;
  }
}

/** What has a sum or an integral in it, or an unknown with the text as its name. */
function readBounded(text: string): Expression {
  const fuel = new Fuel(100_000);
  return (
    parseExpression(text, fuel) ?? { kind: 'application', name: `text ${text.replaceAll(' ', '')}`, arguments: [] }
  );
}

interface Token {
  readonly kind: 'number' | 'named' | 'command' | 'mark' | 'end';
  readonly text: string;
}

function scan(text: string): readonly Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null && match[0] !== ''; match = token.exec(text)) {
    const [, number, named, command, mark] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (named !== undefined) tokens.push({ kind: 'named', text: named });
    else if (command !== undefined) tokens.push({ kind: 'command', text: command });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark === '−' ? '-' : mark });
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

class ScalarReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #bars = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  readAll(): Expression {
    const expression = this.#readSum();
    if (this.#peek().kind !== 'end') throw refusal;
    return expression;
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  #next(): Token {
    const next = this.#peek();
    this.#at++;
    return next;
  }

  #is(text: string): boolean {
    return this.#peek().text === text;
  }

  #expect(text: string): void {
    if (this.#next().text !== text) throw refusal;
  }

  #readSum(): Expression {
    if (++this.#depth > deepest) throw refusal;
    const terms = [this.#readProduct(false)];
    while (this.#is('+') || this.#is('-')) {
      const isMinus = this.#next().text === '-';
      const term = this.#readProduct(false);
      terms.push(isMinus ? negateScalar(term) : term);
    }
    this.#depth--;
    return makeSum(...terms);
  }

  #readProduct(isPlain: boolean): Expression {
    let left = this.#readSigned(isPlain);
    while (operators.has(this.#peek().text)) {
      const operator = this.#next().text;
      const right = this.#readSigned(isPlain);
      if (multiplications.has(operator)) left = makeProduct([left, right]);
      else if (divisions.has(operator)) left = divide(left, right);
      else left = { kind: 'application', name: 'mod', arguments: [left, right] };
    }
    return left;
  }

  #readSigned(isPlain: boolean): Expression {
    if (this.#is('+') || this.#is('-')) {
      if (++this.#depth > deepest) throw refusal;
      const isMinus = this.#next().text === '-';
      const operand = this.#readSigned(isPlain);
      this.#depth--;
      return isMinus ? negateScalar(operand) : operand;
    }
    const factors = [this.#readPostfix()];
    while (this.#canStart(isPlain)) factors.push(this.#readPostfix());
    return factors.reduceRight((rest, factor) => multiplySideBySide(factor, rest));
  }

  #canStart(isPlain: boolean): boolean {
    const { kind, text } = this.#peek();
    if (kind === 'number' || kind === 'named') return true;
    if (kind === 'command') {
      if (functions.has(text.slice(1))) return !isPlain;
      return variables.has(text) || starters.has(text);
    }
    if (text === '|') return this.#bars === 0;
    return kind === 'mark' && (text in closing || /\p{L}/u.test(text));
  }

  #readPostfix(): Expression {
    let value = this.#readRaised();
    for (;;) {
      if (this.#is('!')) {
        this.#next();
        value = { kind: 'factorial', operand: value };
      } else if (!this.#skipDegree()) return value;
    }
  }

  /** `^\circ`, `^{\circ}` and `°`: degrees are not looked at. */
  #skipDegree(): boolean {
    if (this.#is('°') || this.#is('\\degree')) {
      this.#at++;
      return true;
    }
    if (!this.#is('^')) return false;
    if (this.#peek(1).text === '\\circ') this.#at += 2;
    else if (this.#peek(1).text === '{' && this.#peek(2).text === '\\circ' && this.#peek(3).text === '}') this.#at += 4;
    else return false;
    return true;
  }

  #readRaised(): Expression {
    let base = this.#readPart();
    while (this.#is('^') && this.#peek(1).text !== '\\circ' && this.#peek(2).text !== '\\circ') {
      this.#next();
      base = makePower(base, this.#readScript());
    }
    return base;
  }

  #readScript(): Expression {
    if (this.#is('{')) return this.#readGroup('}');
    const { kind, text } = this.#peek();
    const isAtom = kind === 'number' || kind === 'named' || /^\p{L}$/u.test(text) || kind === 'command';
    if (!isAtom || text === '\\frac' || functions.has(text.slice(1))) throw refusal;
    return this.#readAtom();
  }

  /** What stands between the bracket that comes now and the one that closes it. */
  #readGroup(close: string): Expression {
    this.#next();
    const bars = this.#bars;
    this.#bars = 0;
    const value = this.#readSum();
    this.#bars = bars;
    this.#expect(close);
    return value;
  }

  #readPart(): Expression {
    const { kind, text } = this.#peek();
    const close = closing[text];
    if (close !== undefined) return this.#readGroup(close);
    if (text === '|' || text === '\\vert' || text === '\\lvert') return this.#readAbsolute(text);
    if (kind !== 'command') return this.#readAtom();
    if (text === '\\lfloor' || text === '\\lceil') {
      const name = text === '\\lfloor' ? 'floor' : 'ceil';
      return { kind: 'function', name, argument: this.#readGroup(text.replace('\\l', '\\r')) };
    }
    if (text === '\\frac') {
      this.#next();
      if (!this.#is('{')) throw refusal;
      const top = this.#readGroup('}');
      if (!this.#is('{')) throw refusal;
      return divide(top, this.#readGroup('}'));
    }
    if (/^\\[dt]?binom$/.test(text)) {
      this.#next();
      const top = this.#readScript();
      return { kind: 'binomial', top, bottom: this.#readScript() };
    }
    if (text === '\\sqrt') return this.#readRoot();
    return functions.has(text.slice(1)) ? this.#readFunction() : this.#readAtom();
  }

  #readAbsolute(open: string): Expression {
    this.#next();
    this.#bars++;
    const argument = this.#readSum();
    this.#bars--;
    this.#expect(open === '\\lvert' ? '\\rvert' : open);
    return { kind: 'function', name: 'abs', argument };
  }

  #readRoot(): Expression {
    this.#next();
    const index = this.#is('[') ? this.#readGroup(']') : undefined;
    if (!this.#is('{')) throw refusal;
    const radicand = this.#readGroup('}');
    if (index === undefined) return { kind: 'root', index: 2, radicand };
    return makePower(radicand, divide(makeInteger(1n), index));
  }

  #readFunction(): Expression {
    const name = this.#next().text.slice(1);
    let base: Expression | undefined;
    let power: Expression | undefined;
    for (let i = 0; i < 2; i++) {
      if (this.#is('_') && base === undefined) {
        this.#next();
        base = this.#readScript();
      } else if (this.#is('^') && power === undefined) {
        this.#next();
        power = this.#readScript();
      }
    }
    const value = this.#callFunction(name, base);
    return power === undefined ? value : makePower(value, power);
  }

  #callFunction(name: string, base: Expression | undefined): Expression {
    if (['gcd', 'lcm', 'max', 'min'].includes(name)) {
      return { kind: 'application', name, arguments: this.#readArguments() };
    }
    const argument = this.#is('(')
      ? this.#readGroup(')')
      : this.#is('{')
        ? this.#readGroup('}')
        : this.#readProduct(true);
    if (name === 'ln' && base === undefined) return { kind: 'function', name, argument };
    if (name === 'log' || name === 'ln') return { kind: 'logarithm', base: base ?? makeInteger(10n), argument };
    if (base !== undefined) throw refusal;
    return makeCall(name as FunctionWord, argument, null);
  }

  #readArguments(): readonly Expression[] {
    this.#expect('(');
    const values = [this.#readSum()];
    while (this.#is(',')) {
      this.#next();
      values.push(this.#readSum());
    }
    this.#expect(')');
    return values;
  }

  #readAtom(): Expression {
    const { kind, text } = this.#next();
    if (kind === 'number') return this.#readNumberTail(text);
    if (kind === 'named') return makeSymbol(nameOf(text) + this.#readSubscript());
    if (kind === 'command') {
      if (!variables.has(text)) throw refusal;
      if (text === '\\infty') return sympyInfinity;
      const name = text.slice(1).toLowerCase() + this.#readSubscript();
      return name === 'pi' ? piConstant : makeSymbol(name);
    }
    if (text === 'π' || text === '∞') return text === 'π' ? piConstant : sympyInfinity;
    if (kind !== 'mark' || !/\p{L}/u.test(text)) throw refusal;
    if (text === 'e') return { kind: 'constant', name: 'e' };
    if (text === 'I') return { kind: 'constant', name: 'i' };
    const name = text.toLowerCase() + this.#readSubscript();
    return this.#isCall() ? this.#readCall(name) : makeSymbol(name);
  }

  #readNumberTail(text: string): Expression {
    if (this.#is('_')) this.#readSubscript();
    const number: Expression = { kind: 'rational', value: readDecimal(text) };
    if (!this.#is('%') && !this.#is('\\%')) return number;
    this.#next();
    return { kind: 'product', factors: [number, percentUnit] };
  }

  #readSubscript(): string {
    if (!this.#is('_')) return '';
    this.#next();
    const start = this.#at;
    this.#readScript();
    const written = this.#tokens.slice(start, this.#at).map((part) => part.text);
    const text = written
      .join('')
      .replace(/^\{(.*)\}$/s, '$1')
      .toLowerCase();
    return text.length > 1 ? `_{${text}}` : `_${text}`;
  }

  /** `f(x)`, `x(2)`: a letter before one atom in brackets is a function; before a longer expression it is a factor. */
  #isCall(): boolean {
    if (!this.#is('(')) return false;
    const inside = this.#peek(1);
    const isAtom = inside.kind === 'number' || inside.kind === 'named' || /^(?:\p{L}|\\[a-z]+)$/u.test(inside.text);
    return isAtom && [')', ','].includes(this.#peek(2).text);
  }

  #readCall(name: string): Expression {
    return { kind: 'application', name: `call ${name}`, arguments: this.#readArguments() };
  }
}

function readDecimal(text: string): Rational {
  const [mantissa = '', power] = text.split('E');
  const [whole = '', decimals] = mantissa.split('.');
  if (power !== undefined) {
    const digits = BigInt(whole + (decimals ?? ''));
    const shift = Number(power) - (decimals ?? '').length;
    const value =
      shift < 0 ? makeRational(digits, 10n ** BigInt(-shift)) : makeRational(digits * 10n ** BigInt(shift), 1n);
    return { ...value, places: Math.max(0, -shift) };
  }
  if (decimals === undefined) return makeRational(BigInt(whole), 1n);
  const value = makeRational(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
  return { ...value, places: decimals.length };
}

/** Words are one variable, whatever dress they have; an upright or accented letter has its own name. */
function nameOf(written: string): string {
  const [, command = '', inside = ''] = /^\\([a-z]+)\s*\{([^{}]*)\}$/i.exec(written) ?? [];
  const text = inside.replaceAll(/\s/g, '').toLowerCase();
  if (command.startsWith('text') || command === 'mbox') return text.replaceAll(/[()]/g, '');
  if (command === 'operatorname') throw refusal;
  if (command.startsWith('math')) return `math{${text}}`;
  const accent = { overline: 'bar', overrightarrow: 'vec' }[command] ?? command;
  return `${accent}{${text}}`;
}

function negateScalar(operand: Expression): Expression {
  return operand.kind === 'rational' ? { kind: 'rational', value: negateRational(operand.value) } : negate(operand);
}

function isWhole(expression: Expression): boolean {
  return expression.kind === 'rational' && expression.value.denominator === 1n && expression.value.places === undefined;
}

/** Two whole numbers make a number. */
function divide(top: Expression, bottom: Expression): Expression {
  if (top.kind !== 'rational' || bottom.kind !== 'rational' || !isWhole(top) || !isWhole(bottom))
    return makeQuotient(top, bottom);
  if (bottom.value.numerator === 0n) throw refusal;
  return { kind: 'rational', value: makeRational(top.value.numerator, bottom.value.numerator) };
}

/** `2\frac{1}{2}` is a mixed number, and so is any whole number before a positive one. */
function multiplySideBySide(factor: Expression, rest: Expression): Expression {
  const isMixed =
    factor.kind === 'rational' &&
    isWhole(factor) &&
    rest.kind === 'rational' &&
    rest.value.places === undefined &&
    rest.value.numerator > 0n;
  if (isMixed) {
    const { numerator, denominator } = rest.value;
    const whole = factor.value.numerator * denominator;
    return { kind: 'rational', value: makeRational(whole < 0n ? whole - numerator : whole + numerator, denominator) };
  }
  return makeProduct([factor, ...(rest.kind === 'product' ? rest.factors : [rest])]);
}

export function hasSymbols(expression: Expression): boolean {
  return listSymbols(expression).length > 0;
}

/** A variable, or a product, quotient or function of nothing but variables. */
export function hasOnlySymbols(expression: Expression): boolean {
  const parts = listChildren(expression);
  if (parts.length === 0) return expression.kind === 'symbol';
  if (expression.kind === 'root' || expression.kind === 'negation') return false;
  return parts.every(hasOnlySymbols);
}
