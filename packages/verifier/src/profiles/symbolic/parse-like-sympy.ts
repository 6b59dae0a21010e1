import type { Expression } from '../../expression/expression.ts';
import {
  makeInteger,
  makePower,
  makeProduct,
  makeQuotient,
  makeSum,
  makeSymbol,
  negate,
} from '../../expression/expression-parts.ts';
import { foldRational } from '../../expression/fold-rational.ts';
import { listSymbols } from '../../expression/symbols.ts';
import { Fuel } from '../../fuel.ts';
import { makeRational } from '../../rational.ts';
import { makeSympyCall, sympyFunctions } from './make-sympy-call.ts';
import { type SympyToken, scanSympyLatex } from './scan-sympy-latex.ts';
import { type SympyObject, sympyInfinity } from './sympy-object.ts';

/** Longer texts, deeper nesting and more work than this are refused, as SymPy runs into its limits there. */
const longestText = 4000;
const deepest = 60;
const mostSteps = 12_000;

/**
 * Reads LaTeX as SymPy's `parse_latex` does (its ANTLR grammar, 1.12 to 1.14): undefined where that raises.
 *
 * It differs from how people read. It takes the longest beginning that it understands (`1,2` is 1, `5.6.7` is 5.6),
 * every letter is a variable (`pi` and `e` too), `\text{cm}` is a product of the variables text, c and m, `x(y+1)` is a
 * function x, `x^12` is the twelfth power, and `2\frac12` is 1. Sums, integrals, limits and derivatives are not read.
 *
 * @example
 * parseLikeSympy('(1,2)'); // undefined
 */
export function parseLikeSympy(text: string): SympyObject | undefined {
  if (text.length > longestText) return undefined;
  const reader = new LatexReader(scanSympyLatex(text));
  try {
    return reader.readRelation();
  } catch (error) {
    if (error === refusal) return undefined;
    throw error;
  }
}

/** The grammar is left by this where it wants another token; the rules that may end earlier catch it. */
const refusal = Symbol('SymPy does not read this');

type Part = Expression;

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '\\{': '\\}' };
const products: ReadonlySet<string> = new Set(['*', '\\times', '\\cdot']);
const quotients: ReadonlySet<string> = new Set(['/', '\\div', ':']);
const unread: ReadonlySet<string> = new Set(['\\int', '\\sum', '\\prod', '\\lim', '\\langle', '\\left|']);
/** Commands that only stand in a place of their own, so that no value can begin with them. */
const notValues: ReadonlySet<string> = new Set([
  ...['\\rangle', '\\right|', '\\to', '\\rightarrow', '\\Rightarrow', '\\longrightarrow', '\\Longrightarrow'],
  ...['\\rfloor', '\\rceil', '\\times', '\\cdot', '\\div', '\\}', ...unread],
]);

class LatexReader {
  readonly #tokens: readonly SympyToken[];
  #at = 0;
  #depth = 0;
  #steps = 0;
  #bars = 0;

  constructor(tokens: readonly SympyToken[]) {
    this.#tokens = tokens;
  }

  readRelation(): SympyObject {
    let left: SympyObject = { kind: 'expression', expression: this.#readExpression() };
    while (this.#peek().kind === 'relation') {
      const operator = this.#next().text;
      left = relate(operator, left, { kind: 'expression', expression: this.#readExpression() });
    }
    return left;
  }

  #peek(ahead = 0): SympyToken {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as SympyToken;
    if (token.kind === 'bad-character') this.#giveUp();
    return token;
  }

  #next(): SympyToken {
    const token = this.#peek();
    this.#at++;
    if (++this.#steps > mostSteps) throw refusal;
    return token;
  }

  /** No shorter reading is tried either. */
  #giveUp(): never {
    this.#steps = Number.POSITIVE_INFINITY;
    throw refusal;
  }

  #expect(text: string): void {
    if (this.#next().text !== text) throw refusal;
  }

  #is(text: string): boolean {
    return this.#peek().text === text;
  }

  /** What a rule goes on with where it may; where that fails, the rule ends before it. */
  #attempt<Result>(read: () => Result): Result | undefined {
    const [at, bars, depth] = [this.#at, this.#bars, this.#depth];
    try {
      return read();
    } catch (error) {
      if (error !== refusal || this.#steps > mostSteps) throw error;
      [this.#at, this.#bars, this.#depth] = [at, bars, depth];
      return undefined;
    }
  }

  #readExpression(): Part {
    if (++this.#depth > deepest) throw refusal;
    let left = this.#readProduct({ isPlain: false });
    for (;;) {
      const sign = this.#peek().text;
      if (sign !== '+' && sign !== '-') break;
      const right = this.#attempt(() => {
        this.#next();
        return this.#readProduct({ isPlain: false });
      });
      if (right === undefined) break;
      left = makeSum(left, sign === '+' ? right : negate(right));
    }
    this.#depth--;
    return left;
  }

  /** `isPlain`: behind a function without brackets, where no second function may follow. */
  #readProduct({ isPlain }: { readonly isPlain: boolean }): Part {
    let left = this.#readSigned(isPlain);
    for (;;) {
      const operator = this.#peek().text;
      if (!products.has(operator) && !quotients.has(operator)) return left;
      const right = this.#attempt(() => {
        this.#next();
        return this.#readSigned(isPlain);
      });
      if (right === undefined) return left;
      left = products.has(operator) ? makeProduct([left, right]) : makeQuotient(left, right);
    }
  }

  #readSigned(isPlain: boolean): Part {
    let isNegative = false;
    while (this.#is('+') || this.#is('-')) isNegative = (this.#next().text === '-') !== isNegative;
    const factors = [this.#readPostfix(false)];
    while (this.#canStartValue(isPlain)) {
      const factor = this.#attempt(() => this.#readPostfix(isPlain));
      if (factor === undefined) break;
      factors.push(factor);
    }
    const product = multiplySideBySide(factors);
    return isNegative ? negate(product) : product;
  }

  #canStartValue(isPlain: boolean): boolean {
    const { kind, text } = this.#peek();
    if (kind === 'digit' || kind === 'letter' || kind === 'differential') return true;
    if (text === '|') return this.#bars === 0;
    if (kind === 'mark') return text in closing;
    return kind === 'command' && !notValues.has(text) && !(isPlain && isFunction(text));
  }

  #readPostfix(isPlain: boolean): Part {
    let value = this.#readValue(isPlain);
    for (;;) {
      if (this.#is('!')) {
        this.#next();
        value = { kind: 'factorial', operand: value };
        continue;
      }
      if (!this.#is('^')) return value;
      const exponent = this.#attempt(() => {
        this.#next();
        const read = this.#readScript();
        if (this.#is('_')) this.#readSubscript();
        return read;
      });
      if (exponent === undefined) return value;
      value = makePower(value, exponent);
    }
  }

  /** `_1` or `_{n+1}`: as SymPy writes it into the name. */
  #readSubscript(): string {
    this.#next();
    const start = this.#at;
    this.#readScript();
    const written = this.#tokens.slice(start, this.#at).map(({ text }) => text.replace(/^\\/, ''));
    return `_{${written.join('').replace(/^\{(.*)\}$/, '$1')}}`;
  }

  /** A value in braces or a single atom: all digits of a number, but no function and no sign. */
  #readScript(): Part {
    if (this.#is('{')) return this.#readBraces();
    const { kind, text } = this.#peek();
    const isAtom = kind === 'digit' || kind === 'letter' || kind === 'differential' || kind === 'command';
    if (!isAtom || notValues.has(text) || isFunction(text) || text === '\\{') throw refusal;
    return this.#readAtom();
  }

  #readBraces(): Part {
    this.#expect('{');
    const value = this.#readInside();
    this.#expect('}');
    return value;
  }

  #readInside(): Part {
    const bars = this.#bars;
    this.#bars = 0;
    const value = this.#readExpression();
    this.#bars = bars;
    return value;
  }

  #readValue(isPlain: boolean): Part {
    const { kind, text } = this.#peek();
    if (kind === 'digit') return this.#readNumber();
    if (text === '|') return this.#readAbsolute();
    const close = closing[text];
    if (close !== undefined) {
      this.#next();
      const value = this.#readInside();
      this.#expect(close);
      return value;
    }
    if (kind === 'command' && isFunction(text)) {
      if (isPlain) throw refusal;
      return this.#readFunction();
    }
    if (kind === 'letter' || (kind === 'command' && !notValues.has(text))) {
      const called = isPlain || !canBeCalled(text) ? undefined : this.#attempt(() => this.#readCall());
      return called ?? this.#readAtom();
    }
    if (kind === 'differential') return this.#readAtom();
    throw refusal;
  }

  #readAbsolute(): Part {
    this.#expect('|');
    this.#bars++;
    const argument = this.#readExpression();
    this.#bars--;
    this.#expect('|');
    return { kind: 'function', name: 'abs', argument };
  }

  #readAtom(): Part {
    const { kind, text } = this.#peek();
    if (kind === 'digit') return this.#readNumber();
    if (text === '\\frac' || text === '\\dfrac' || text === '\\tfrac') return this.#readFraction();
    if (text === '\\binom' || text === '\\dbinom' || text === '\\tbinom') {
      this.#next();
      const top = this.#readBraces();
      return { kind: 'binomial', top, bottom: this.#readBraces() };
    }
    if (text === '\\mathit') return this.#readItalic();
    this.#next();
    if (kind === 'differential') return makeSymbol(text.replaceAll(/[\s\\]/g, ''));
    const name = this.#readName(text);
    return text === '\\infty' ? sympyInfinity : makeSymbol(name);
  }

  /** The letter or command that was just read, with its subscript and primes. */
  #readName(text: string): string {
    let primes = this.#peek().kind === 'primes' ? this.#next().text : '';
    const subscript = this.#is('_') ? this.#readSubscript() : '';
    if (primes === '' && this.#peek().kind === 'primes') primes = this.#next().text;
    return text.startsWith('\\') ? text.slice(1) + subscript : text + subscript + primes;
  }

  #readCall(): Part {
    const name = this.#readName(this.#next().text);
    this.#expect('(');
    const values = [this.#readInside()];
    while (this.#is(',')) {
      this.#next();
      values.push(this.#readInside());
    }
    this.#expect(')');
    return { kind: 'application', name: `sympy ${name}`, arguments: values };
  }

  #readItalic(): Part {
    this.#next();
    this.#expect('{');
    let name = '';
    while (this.#peek().kind === 'letter') name += this.#next().text;
    this.#expect('}');
    return makeSymbol(name);
  }

  #readFraction(): Part {
    this.#next();
    const read = (): Part =>
      this.#peek().kind === 'digit' ? makeInteger(BigInt(this.#next().text)) : this.#readBraces();
    const [isDerivative, top] = [this.#isDerivative(), read()];
    const bottom = read();
    if (isDerivative) throw refusal;
    return makeQuotient(top, bottom);
  }

  /** `\frac{dy}{dx}` */
  #isDerivative(): boolean {
    const [open, d, close, under, dx, end] = [0, 1, 2, 3, 4, 5].map((ahead) => this.#tokens[this.#at + ahead]);
    const hasD = d?.kind === 'differential' || d?.text === 'd';
    return (
      open?.text === '{' &&
      hasD &&
      close?.text === '}' &&
      under?.text === '{' &&
      dx?.kind === 'differential' &&
      end?.text === '}'
    );
  }

  /** Digits may stand apart, and groups of three behind commas belong to the number: `1,234` but not `1,23`. */
  #readNumber(): Part {
    const start = this.#at;
    while (this.#peek().kind === 'digit') this.#next();
    while (this.#isThousands()) {
      for (let i = 0; i < 4; i++) this.#next();
    }
    let places = 0;
    if (this.#is('.')) {
      if (!this.#digitAt(1)) return this.#readBeforeBarePoint(start);
      this.#next();
      while (this.#peek().kind === 'digit') {
        this.#next();
        places++;
      }
      // The last digit begins the next number where only that can go on: `1.25.6` is 1.2 times 5.6.
      if (places > 1 && (this.#is('.') || this.#isThousands())) {
        this.#at--;
        places--;
      }
    }
    const digits = this.#tokens.slice(start, this.#at).flatMap(({ kind, text }) => (kind === 'digit' ? text : []));
    const value = makeRational(BigInt(digits.join('')), 10n ** BigInt(places));
    return { kind: 'rational', value: places > 0 ? { ...value, places } : value };
  }

  /** The grammar wants digits behind a point: `123.` is 1 times 2, as its last digit is lost, and `5.` is refused. */
  #readBeforeBarePoint(start: number): Part {
    const first = this.#tokens[start] as SympyToken;
    const follower = this.#tokens[start + 1] as SympyToken;
    if (follower.kind !== 'digit' && follower.text !== ',') throw refusal;
    this.#at = start + 1;
    return makeInteger(BigInt(first.text));
  }

  /** A comma and three digits. */
  #isThousands(): boolean {
    return this.#is(',') && [1, 2, 3].every((ahead) => this.#digitAt(ahead));
  }

  #digitAt(ahead: number): boolean {
    return this.#peek(ahead).kind === 'digit';
  }

  #readFunction(): Part {
    const { text } = this.#next();
    if (text === '\\sqrt') return this.#readRoot();
    if (text === '\\overline') return { kind: 'application', name: 'conjugate', arguments: [this.#readBraces()] };
    if (text === '\\lfloor' || text === '\\lceil') {
      const argument = this.#readInside();
      this.#expect(text === '\\lfloor' ? '\\rfloor' : '\\rceil');
      return { kind: 'function', name: text === '\\lfloor' ? 'floor' : 'ceil', argument };
    }
    return this.#attempt(() => this.#readScripted(text.slice(1), 0)) ?? this.#readScripted(text.slice(1), 1);
  }

  /** `\log_2 8` has one number behind it, 28, as far as the tokens go: its last digit is kept for the argument if need be. */
  #readScripted(name: string, keptDigits: number): Part {
    const scripts: { base?: Part; power?: Part } = {};
    for (let i = 0; i < 2; i++) {
      if (this.#is('_') && scripts.base === undefined) scripts.base = this.#readScriptBehind(keptDigits);
      if (this.#is('^') && scripts.power === undefined) scripts.power = this.#readScriptBehind(keptDigits);
    }
    return makeSympyCall(name, this.#readArgument(), scripts);
  }

  #readScriptBehind(keptDigits: number): Part {
    this.#next();
    const start = this.#at;
    const script = this.#readScript();
    const digits = this.#tokens.slice(start, this.#at);
    if (keptDigits === 0 || digits.length < 2 || digits.some(({ kind }) => kind !== 'digit')) return script;
    this.#at -= keptDigits;
    return makeInteger(
      BigInt(
        digits
          .slice(0, -keptDigits)
          .map(({ text }) => text)
          .join(''),
      ),
    );
  }

  #readArgument(): Part {
    const inBrackets = this.#is('(')
      ? this.#attempt(() => {
          this.#next();
          const value = this.#readInside();
          this.#expect(')');
          return value;
        })
      : undefined;
    return inBrackets ?? this.#readProduct({ isPlain: true });
  }

  #readRoot(): Part {
    let index: Part | undefined;
    if (this.#is('[')) {
      this.#next();
      index = this.#readInside();
      this.#expect(']');
    }
    const radicand = this.#readBraces();
    return index === undefined
      ? { kind: 'root', index: 2, radicand }
      : makePower(radicand, makeQuotient(makeInteger(1n), index));
  }
}

function isFunction(text: string): boolean {
  return sympyFunctions.has(text);
}

/** Atoms with a form of their own are never names of functions. */
function canBeCalled(text: string): boolean {
  return !/^\\(?:[dt]?frac|[dt]?binom|mathit|infty)$/.test(text);
}

/** An x between two numbers is a sign of multiplication. */
function multiplySideBySide(factors: readonly Part[]): Part {
  const kept = factors.filter((factor, i) => {
    const [before, after] = [factors[i - 1], factors[i + 1]];
    const isLetterX = factor.kind === 'symbol' && factor.name === 'x';
    return !(isLetterX && before && after && listSymbols(before).length + listSymbols(after).length === 0);
  });
  return makeProduct(kept);
}

/** A chain of inequalities is an error, and a relation of numbers is decided at once. */
function relate(operator: string, left: SympyObject, right: SympyObject): SympyObject {
  if (left.kind !== 'expression' && operator !== '=' && operator !== '!=') throw refusal;
  if (left.kind !== 'expression' || right.kind !== 'expression') return { kind: 'relation', operator, left, right };
  const fuel = new Fuel(10_000);
  const difference = foldRational(makeSum(left.expression, negate(right.expression)), fuel);
  if (difference === null) return { kind: 'relation', operator, left, right };
  const sign = difference.numerator === 0n ? '=' : difference.numerator < 0n ? '<' : '>';
  return { kind: 'truth', value: operator === '!=' ? sign !== '=' : operator.includes(sign) };
}
