import { isDigit } from '../chars.ts';
import type { Fuel } from '../fuel.ts';
import { findClosing, hasTopLevelComma } from '../text/brackets.ts';
import type { Expression, FunctionName } from './expression.ts';
import {
  isInteger,
  makeInteger,
  makePower,
  makeProduct,
  makeQuotient,
  makeSum,
  negate,
  piConstant,
} from './expression-parts.ts';
import { parseBound } from './parse-bound.ts';
import { parseFunction, parseRoot } from './parse-function.ts';
import { parseAccent, parseLetter } from './parse-letter.ts';
import { parseNumberOperand } from './parse-number-operand.ts';
import { ExpressionScanner } from './scan-expression.ts';
import { accents, boundOperators, type FunctionWord } from './scan-names.ts';

/** How deep brackets, signs and arguments may nest, and how deep a tree may become. */
export const deepest = 120;

/**
 * How the operand that was just read is written, as far as what may stand behind it depends on that:
 * `bare-function` has an argument without brackets and `bare-root` is `√2`; `closed` is anything in its own brackets.
 */
export type Shape =
  | 'closed'
  | 'number'
  | 'mixed'
  | 'fraction'
  | 'symbol'
  | 'constant'
  | 'power'
  | 'unit-power'
  | 'factorial'
  | 'degrees'
  | 'abs'
  | 'bare-root'
  | 'bare-function'
  | 'bracketed-function';

/** Letters that name functions: before a bracket they are applied more often than multiplied. */
const functionLetters: ReadonlySet<string> = new Set([
  ...['f', 'g', 'h', 'F', 'G', 'H', 'P', 'Q', '\\phi', '\\varphi', '\\psi', '\\sigma', '\\tau', '\\mu', '\\zeta'],
  ...['\\Gamma', '\\Phi', '\\Psi', '\\Lambda'],
]);

const operandCommands: ReadonlySet<string> = new Set([
  ...['frac', 'binom', 'dbinom', 'tbinom', 'lfloor', 'lceil', 'norm-bar'],
  ...accents.keys(),
  ...boundOperators,
]);

/** What may stand in brackets behind a letter and make them look like a value of a function: `x(2)`, `y(t)`, `V(-1)`. */
const plainArgument = /^[-+]?(?:\d{1,9}(?:\.\d{1,9})?|[A-Za-z]|\\[a-z]{2,8})$/;

/** The terms of a sum that are not written: `1 + x + \ldots`. */
const openTerms: Expression = { kind: 'symbol', name: '\\ldots' };

/**
 * Precedence from loose to tight: sum, product with a sign, juxtaposition, postfix, operand. A rule that fails gives
 * null. Where a text has two readings, {@link takesOther} says which of them this run is about.
 */
export class ExpressionParser {
  readonly scanner: ExpressionScanner;
  readonly fuel: Fuel;
  depth = 0;
  shape: Shape = 'closed';
  /** The letter of the last symbol, also when it was raised to a power. */
  symbol = '';
  /** Whether some part has a second reading. */
  isAmbiguous = false;
  /** The names of bound variables: outside their operator they would be other variables. */
  readonly boundNames: string[] = [];
  /** How many operators around the scanner bind the letter i. */
  boundUnits = 0;
  readonly #isOther: boolean;
  /** Whether the innermost bracket is a bar, so that the next bar closes it. */
  #isInBars = false;
  #lastBar: number | undefined;
  /** The last quotient that was written as one fraction, with its own bar. */
  #fraction: Expression | null = null;
  /** What stood in the last round or square brackets. */
  #bracketed: Expression | null = null;

  constructor(text: string, fuel: Fuel, options: { readonly isOther: boolean }) {
    this.scanner = new ExpressionScanner(text);
    this.fuel = fuel;
    this.#isOther = options.isOther;
  }

  /** Notes that what follows has two readings, and says whether the less likely one is asked for. */
  takesOther(): boolean {
    this.isAmbiguous = true;
    return this.#isOther;
  }

  /** A sum, or the two halves of `n \choose k` and `a \over b`, which take the whole of their group. */
  parseContent(): Expression | null {
    const top = this.parseSum();
    if (top === null || this.scanner.kind !== 'command') return top;
    const isChoose = this.scanner.value === 'choose';
    if (!isChoose && this.scanner.value !== 'over') return top;
    this.scanner.advance();
    const bottom = this.parseSum();
    if (bottom === null) return null;
    this.shape = 'closed';
    if (isChoose) return { kind: 'binomial', top, bottom };
    this.#fraction = makeQuotient(top, bottom);
    return this.#fraction;
  }

  parseSum(): Expression | null {
    const first = this.parseTerm();
    return first && this.parseSumFrom(first);
  }

  parseSumFrom(first: Expression): Expression | null {
    const terms = [first];
    while (this.atSign()) {
      const isMinus = this.scanner.isMark('-');
      this.scanner.advance();
      // What goes on without an end, or without its middle, is an unknown of its own: see findDoubt.
      const isOpen = !isMinus && terms.length > 1 && this.scanner.isCommand('ldots');
      if (isOpen) this.scanner.advance();
      const term = isOpen ? openTerms : this.parseTerm();
      if (term === null) return null;
      terms.push(isMinus ? negate(term) : term);
    }
    return makeSum(...terms);
  }

  /** Factors with signs of multiplication and division between them, from left to right. */
  parseTerm(): Expression | null {
    if (this.atSign()) return this.#parseSigned(() => this.parseTerm());
    const factors = this.#parseFactors();
    return factors === null ? null : this.parseTermFrom(factors);
  }

  parseTermFrom(first: Expression[]): Expression | null {
    let factors: Expression[] | null = first;
    while (factors !== null) {
      if (!this.atOperator()) return makeProduct(factors);
      const left: Shape = this.shape;
      const isDivision = this.#atDivision();
      // The product of two vectors is no product of numbers: it changes its sign when they change places.
      if (this.scanner.isCommand('times') && factors.some(isVector)) return null;
      const isRemainder = this.scanner.kind === 'command' && this.scanner.value.endsWith('mod');
      this.scanner.advance();
      if (isDivision) factors = this.#parseDivided(factors, left);
      else if (isRemainder) {
        const divisor = this.#parseFactors();
        if (divisor === null) return null;
        factors = [{ kind: 'application', name: 'mod', arguments: [makeProduct(factors), makeProduct(divisor)] }];
      } else factors = this.#parseMultiplied(factors);
    }
    return null;
  }

  atSign(): boolean {
    return this.scanner.isMark('-') || this.scanner.isMark('+');
  }

  /** A sign of multiplication or division, or `\bmod`. */
  atOperator(): boolean {
    const { kind, value } = this.scanner;
    if (kind === 'command' && (value === 'cdot' || value === 'times' || value === 'bmod' || value === 'mod'))
      return true;
    return (kind === 'mark' && value === '*') || this.#atDivision();
  }

  #atDivision(): boolean {
    return this.scanner.isMark('/') || this.scanner.isCommand('div');
  }

  /** `a/b/c` is read from left to right, as every book does. `1/2x` is half of x, or one over two x. */
  #parseDivided(factors: readonly Expression[], left: Shape): Expression[] | null {
    if (left === 'mixed') return null;
    const top = makeProduct(factors);
    // Plain x^1/2 is a root as likely as a half.
    const isSplitPower = left === 'unit-power' && top.kind === 'power' && this.takesOther();
    const operand = this.atSign() ? this.#parseSigned(() => this.parsePostfix()) : this.parsePostfix();
    if (operand === null || this.shape === 'mixed') return null;
    if (isSplitPower) return [makePower(top.base, makeQuotient(top.exponent, operand))];
    if (!this.startsOperand()) return [makeQuotient(top, operand)];
    if (this.takesOther()) {
      const more = this.parseFactorsFrom(operand);
      return more && [makeQuotient(top, makeProduct(more))];
    }
    return this.parseFactorsFrom(makeQuotient(top, operand));
  }

  #parseMultiplied(factors: Expression[]): Expression[] | null {
    if (this.atSign()) {
      const signed = this.#parseSigned(() => this.#parseJuxtaposed());
      return signed === null ? null : [...factors, signed];
    }
    const more = this.#parseFactors();
    if (more === null) return null;
    for (const factor of more) factors.push(factor);
    return factors;
  }

  #parseJuxtaposed(): Expression | null {
    const factors = this.#parseFactors();
    return factors === null ? null : makeProduct(factors);
  }

  #parseSigned(parse: () => Expression | null): Expression | null {
    const isMinus = this.scanner.isMark('-');
    if (++this.depth > deepest) return null;
    this.scanner.advance();
    const operand = this.atSign() ? this.#parseSigned(parse) : parse();
    this.depth--;
    return isMinus && operand !== null ? negate(operand) : operand;
  }

  /** Operands side by side: `2x`, `2\sqrt{3}`, `(x+1)(x-1)`. */
  #parseFactors(): Expression[] | null {
    const first = this.parsePostfix();
    return first === null ? null : this.parseFactorsFrom(first);
  }

  parseFactorsFrom(first: Expression): Expression[] | null {
    const factors = [first];
    while (this.startsOperand() || this.#atAngle()) {
      if (this.#atChosen()) {
        const chosen = this.#parseChosen(factors.pop() as Expression);
        if (chosen === null) return null;
        factors.push(chosen);
        continue;
      }
      if (!this.mayFollow()) return null;
      const isInvisible = this.scanner.isMark('{');
      const mayBeMixed = isInvisible && this.shape === 'number';
      const next = this.#atAngle() ? parseFunction(this, 'cis') : this.parsePostfix();
      if (next === null) return null;
      // 2{\frac{1}{3}} is set like the mixed number, and 3{12} like 312.
      if (isInvisible && beginsWithDigits(next)) return null;
      if (mayBeMixed && next.kind === 'quotient') return null;
      factors.push(next);
    }
    return factors;
  }

  /** `5\angle 30^\circ`, a complex number by size and angle. Behind a letter it would be an angle's name. */
  #atAngle(): boolean {
    return this.scanner.isCommand('angle') && this.shape !== 'symbol' && this.shape !== 'power';
  }

  /** `10C3`, without spaces. */
  #atChosen(): boolean {
    const { kind, value, text, start, end } = this.scanner;
    if (this.shape !== 'number' || kind !== 'letter' || (value !== 'C' && value !== 'P')) return false;
    return isDigit(text.charCodeAt(start - 1)) && isDigit(text.charCodeAt(end));
  }

  #parseChosen(top: Expression): Expression | null {
    const letter = this.scanner.value;
    this.scanner.advance();
    const bottom = parseNumberOperand(this);
    return bottom && makeChosen(letter, top, bottom);
  }

  /** A bracket that is seen, also inside a group: `f{(x)}` is set as f(x). */
  #atBracket(): boolean {
    const { text, start } = this.scanner;
    const code = text.charCodeAt(this.scanner.isMark('{') ? start + 1 : start);
    return code === 40 || code === 91;
  }

  startsOperand(): boolean {
    const { kind, value } = this.scanner;
    if (kind === 'command') return operandCommands.has(value) && (value !== 'norm-bar' || !this.#isInBars);
    if (kind !== 'mark') return kind === 'number' || kind === 'letter' || kind === 'function' || kind === 'root';
    return value === '(' || value === '[' || value === '{' || (value === '|' && !this.#isInBars);
  }

  /** Whether the operand at the scanner may be multiplied with the one before it without a sign. */
  mayFollow(): boolean {
    const { kind, value } = this.scanner;
    // x2, x^{1}0 and \frac{9}{1}9 are cut-off spellings of something else; 3!7! is a product.
    if (kind === 'number') return this.shape === 'factorial' || this.#isPowerNext();
    switch (this.shape) {
      case 'degrees':
        return false;
      case 'abs':
        // |2|x|+1| is one absolute value inside another, or two side by side.
        return this.scanner.isMark('|') || !this.#hasBarLater();
      case 'number':
        return kind !== 'letter' || !this.#isExponentLetter();
      case 'symbol':
      case 'power':
      case 'unit-power':
        if (this.#atBracket()) return !this.scanner.isMark('{') || !this.#looksLikeCall(this.scanner.start + 1);
        return !(kind === 'letter' && isCapital(value) && isCapital(this.symbol));
      default:
        return true;
    }
  }

  /** The 2 of `(n-2)2^{n}` is no exponent that lost its sign, as it has one. */
  #isPowerNext(): boolean {
    const isClosed = this.shape === 'closed' || this.shape === 'symbol' || this.shape === 'bracketed-function';
    return (
      isClosed && /^\d{1,3}\^\{[^{}]*[a-z]/.test(this.scanner.text.slice(this.scanner.start, this.scanner.start + 30))
    );
  }

  /** `2e-3`: a power of ten or 2e less 3. */
  #isExponentLetter(): boolean {
    const { text, start, value, end } = this.scanner;
    if ((value !== 'e' && value !== 'E') || !isDigit(text.charCodeAt(start - 1))) return false;
    const sign = text.charCodeAt(end);
    return (sign === 43 || sign === 45) && isDigit(text.charCodeAt(end + 1));
  }

  #hasBarLater(): boolean {
    this.#lastBar ??= this.scanner.text.lastIndexOf('|');
    return this.#lastBar >= this.scanner.start;
  }

  /** An operand with its powers, factorial sign and degree sign. */
  parsePostfix(): Expression | null {
    let operand = this.parseOperand();
    while (operand !== null) {
      if (this.shape === 'symbol' && this.#atCall()) operand = this.#parseCall(this.symbol);
      else if (this.scanner.startsWith('^{+}') || this.scanner.startsWith('^{-}')) return operand;
      else if (this.scanner.isMark('^')) operand = this.#parseSuperscript(operand);
      else if (this.scanner.startsWith('**')) operand = this.#parseStarPower(operand);
      else if (this.scanner.isMark('!')) operand = this.#parseFactorial(operand);
      else return operand;
    }
    return null;
  }

  /** Whether the bracket behind the letter that was just read holds the argument of a function of this name. */
  #atCall(): boolean {
    const { text, start } = this.scanner;
    if (!this.scanner.isMark('(') && !this.scanner.isMark('[')) return false;
    const close = findClosing(text, start);
    if (close === -1 || !this.fuel.spend(1 + ((close - start) >> 3))) return false;
    if (
      this.symbol.endsWith("'") ||
      this.symbol === '\\Gamma' ||
      hasTopLevelComma(text, { start: start + 1, end: close })
    )
      return true;
    return this.#looksLikeCall(start) && this.takesOther() !== functionLetters.has(this.symbol);
  }

  /** Whether a letter and the bracket at an index may be the value of a function as well as a product. */
  #looksLikeCall(open: number): boolean {
    const { text } = this.scanner;
    if (functionLetters.has(this.symbol)) return true;
    const end = Math.max(text.indexOf(')', open), text.indexOf(']', open));
    return end - open < 24 && plainArgument.test(text.slice(open + 1, end));
  }

  #parseCall(name: string): Expression | null {
    const parts = this.parseArguments();
    if (parts === null) return null;
    const [first, second] = parts as readonly [Expression, Expression];
    if (name === 'C' && parts.length === 2) return { kind: 'binomial', top: first, bottom: second };
    if (name === '\\Gamma' && parts.length === 1)
      return { kind: 'factorial', operand: makeSum(first, negate(makeInteger(1n))) };
    return { kind: 'application', name, arguments: parts };
  }

  /** Arguments in round or square brackets, or in those of a set, with commas between them. */
  parseArguments(): readonly Expression[] | null {
    const { value } = this.scanner;
    const close = value === '(' ? ')' : value === '[' ? ']' : value === 'set-open' ? 'set-close' : '';
    if (close === '' || ++this.depth > deepest) return null;
    const parts: Expression[] = [];
    const wasInBars = this.#isInBars;
    this.#isInBars = false;
    do {
      this.scanner.advance();
      const part = this.parseSum();
      if (part === null) return null;
      parts.push(part);
    } while (this.scanner.isMark(','));
    if (this.scanner.value !== close) return null;
    this.#isInBars = wasInBars;
    this.depth--;
    this.scanner.advance();
    this.shape = 'closed';
    return parts;
  }

  #parseSuperscript(base: Expression): Expression | null {
    const { text, end } = this.scanner;
    if (text.startsWith('{\\circ}', end)) return this.#parseDegrees(base, end + 7);
    const isRaisable = this.#mayBeRaised();
    const isDerivative = text.startsWith('{(', end);
    const { symbol, shape } = this;
    this.scanner.advance();
    const exponent = isRaisable ? this.parseBraces() : null;
    if (exponent === null) return null;
    if (shape !== 'symbol' || !functionLetters.has(symbol)) return this.#makePower(base, exponent);
    this.symbol = symbol;
    if (!this.#atCall()) return isDerivative ? null : this.#makePower(base, exponent);
    const isInverse = exponent.kind === 'negation' && isInteger(exponent.operand, 1n);
    const call = this.#parseCall(isInverse ? `${symbol}^{-1}` : isDerivative ? `${symbol}^{(n)}` : symbol);
    if (call?.kind !== 'application' || isInverse) return call;
    if (isDerivative) return { ...call, arguments: [exponent, ...call.arguments] };
    return makePower(call, exponent);
  }

  /** A power as Python writes it; it binds to the right. */
  #parseStarPower(base: Expression): Expression | null {
    if (!this.#mayBeRaised() || ++this.depth > deepest) return null;
    this.scanner.moveTo(this.scanner.start + 2);
    const exponent = this.atSign() ? this.#parseSigned(() => this.parsePostfix()) : this.parsePostfix();
    this.depth--;
    // 2**n! is a power of a factorial or the other way round.
    return exponent === null || this.shape === 'factorial' ? null : this.#makePower(base, exponent);
  }

  #makePower(base: Expression, exponent: Expression): Expression {
    this.shape = isInteger(exponent.kind === 'negation' ? exponent.operand : exponent, 1n) ? 'unit-power' : 'power';
    this.symbol = base.kind === 'symbol' ? base.name : '';
    return makePower(base, exponent);
  }

  /** Not `x^{2}^{3}`, and not `\frac{1}{2}^{2}`, where the power may belong to the numerator. */
  #mayBeRaised(): boolean {
    switch (this.shape) {
      case 'power':
      case 'unit-power':
      case 'fraction':
      case 'mixed':
      case 'degrees':
      case 'bare-root':
      case 'bare-function':
        return false;
      default:
        return true;
    }
  }

  #parseDegrees(operand: Expression, end: number): Expression | null {
    if (!this.#mayBeRaised() || this.shape === 'bracketed-function') return null;
    this.scanner.moveTo(end);
    this.shape = 'degrees';
    return makeProduct([operand, makeQuotient(piConstant, makeInteger(180n))]);
  }

  #parseFactorial(operand: Expression): Expression | null {
    const isLast = this.shape === 'factorial' || this.shape === 'bracketed-function' || !this.#mayBeRaised();
    this.scanner.advance();
    if (isLast) return null;
    this.shape = 'factorial';
    if (!this.scanner.isMark('!')) return { kind: 'factorial', operand };
    this.scanner.advance();
    return { kind: 'application', name: 'double-factorial', arguments: [operand] };
  }

  parseOperand(): Expression | null {
    const { kind, value, start } = this.scanner;
    switch (kind) {
      case 'number':
        return parseNumberOperand(this);
      case 'letter':
        return parseLetter(this);
      case 'function':
        return parseFunction(this, value as FunctionWord);
      case 'root':
        return parseRoot(this, value === 'cbrt' ? 3 : 2);
      case 'command':
        return this.#parseCommand(value);
      case 'mark':
        if (value === '(') return this.parseEnclosed(start + 1, ')');
        if (value === '[') return this.parseEnclosed(start + 1, ']');
        if (value === '{') return this.#parseInvisibleGroup();
        if (value === '_' || value === '^') return this.#parseIndexedChoice();
        return value === '|' ? this.#parseFunctionOf('abs', '|', 'abs') : null;
      default:
        return null;
    }
  }

  /** `_nC_k` and `^nP_k`. */
  #parseIndexedChoice(): Expression | null {
    this.scanner.advance();
    const top = this.parseArgument();
    const { kind, value, end } = this.scanner;
    if (top === null || kind !== 'letter' || (value !== 'C' && value !== 'P')) return null;
    this.scanner.moveTo(end);
    if (!this.scanner.isMark('_')) return null;
    this.scanner.advance();
    const bottom = this.parseArgument();
    this.shape = 'closed';
    return bottom && makeChosen(value, top, bottom);
  }

  /** What stands from an index to a closing bracket, and the bracket. */
  parseEnclosed(start: number, close: string): Expression | null {
    if (++this.depth > deepest) return null;
    const wasInBars = this.#isInBars;
    this.#isInBars = close === '|' || close === 'norm-bar';
    this.scanner.moveTo(start);
    const content = close === '}' ? this.parseContent() : this.parseSum();
    const { kind, value } = this.scanner;
    if (content === null || value !== close || (kind !== 'mark' && kind !== 'command')) return null;
    this.#isInBars = wasInBars;
    this.depth--;
    this.scanner.advance();
    this.shape = 'closed';
    if (close === ')' || close === ']') this.#bracketed = content;
    return content;
  }

  /** A group. `2^(1/2)` arrives as `2^{(}1/2)`, as only one character is taken for the exponent. */
  parseBraces(): Expression | null {
    const { start } = this.scanner;
    if (!this.scanner.isMark('{')) return null;
    return this.scanner.startsWith('{(}') ? this.parseEnclosed(start + 3, ')') : this.parseEnclosed(start + 1, '}');
  }

  /**
   * A group as an operand. Nobody sees its braces: `{x+1}^2` is set as x+1^2 and `{1/2}x` as 1/2x, so what stands in
   * it must mean the same without them, unless it is all of another group: `\frac{{x+1}}{2}`.
   */
  #parseInvisibleGroup(): Expression | null {
    const isDoubled = this.scanner.text.charCodeAt(this.scanner.start - 1) === 123;
    const content = this.parseBraces();
    if (content !== null && (content === this.#bracketed || (isDoubled && this.scanner.isMark('}')))) return content;
    if (content === null || content.kind === 'sum' || content.kind === 'negation' || content.kind === 'bound')
      return null;
    if (content.kind === 'quotient' && content !== this.#fraction) return null;
    const isSeveral = content.kind === 'quotient' || content.kind === 'product' || content.kind === 'power';
    this.shape = isSeveral ? 'fraction' : 'closed';
    return content;
  }

  /** The argument of a command: a group, or one digit or letter. */
  parseArgument(): Expression | null {
    const { kind, text, start } = this.scanner;
    if (kind === 'number' && isDigit(text.charCodeAt(start))) {
      this.scanner.moveTo(start + 1);
      return makeInteger(BigInt(text.slice(start, start + 1)));
    }
    return kind === 'letter' ? parseLetter(this) : this.parseBraces();
  }

  #parseCommand(name: string): Expression | null {
    if (name === 'lfloor') return this.#parseFunctionOf('floor', 'rfloor', 'closed');
    if (name === 'lceil') return this.#parseFunctionOf('ceil', 'rceil', 'closed');
    if (boundOperators.has(name)) return parseBound(this, name);
    if (accents.has(name)) return parseAccent(this, name);
    if (name === 'norm-bar') {
      const argument = this.parseEnclosed(this.scanner.end, 'norm-bar');
      return argument && { kind: 'application', name: 'norm', arguments: [argument] };
    }
    if (!operandCommands.has(name)) return null;
    const isFraction = name === 'frac';
    this.scanner.advance();
    const top = isFraction ? this.parseBraces() : this.parseArgument();
    if (top === null) return null;
    const bottom = isFraction ? this.parseBraces() : this.parseArgument();
    if (bottom === null) return null;
    this.shape = isFraction ? 'fraction' : 'closed';
    if (!isFraction) return { kind: 'binomial', top, bottom };
    this.#fraction = makeQuotient(top, bottom);
    return this.#fraction;
  }

  /** A function that is written as a pair of brackets. */
  #parseFunctionOf(name: FunctionName, close: string, shape: Shape): Expression | null {
    const argument = this.parseEnclosed(this.scanner.end, close);
    this.shape = shape;
    return argument === null ? null : { kind: 'function', name, argument };
  }
}

/** Combinations, or arrangements: n! / (n-k)!. */
function makeChosen(letter: string, top: Expression, bottom: Expression): Expression {
  if (letter === 'C') return { kind: 'binomial', top, bottom };
  const rest = makeSum(top, negate(bottom));
  return makeQuotient({ kind: 'factorial', operand: top }, { kind: 'factorial', operand: rest });
}

function beginsWithDigits(expression: Expression): boolean {
  switch (expression.kind) {
    case 'rational':
      return true;
    case 'product':
      return beginsWithDigits(expression.factors[0] as Expression);
    case 'power':
      return beginsWithDigits(expression.base);
    case 'factorial':
      return beginsWithDigits(expression.operand);
    default:
      return false;
  }
}

function isCapital(symbol: string): boolean {
  const code = symbol.charCodeAt(0);
  return code >= 65 && code <= 90;
}

function isVector(expression: Expression): boolean {
  return expression.kind === 'symbol' && /^\\(?:vec|mathbf|hat)\b/.test(expression.name);
}
