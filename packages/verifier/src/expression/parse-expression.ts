import { isDigit, skipDigits } from '../chars.ts';
import type { Fuel } from '../fuel.ts';
import { makeRational } from '../rational.ts';
import type { Expression, FunctionName } from './expression.ts';
import { isDeeperThan } from './list-children.ts';
import { ExpressionScanner } from './scan-expression.ts';
import type { FunctionWord } from './scan-names.ts';
import { readDecimal } from './scan-number.ts';
import { scanSymbolTail } from './scan-symbol.ts';

/** Longer texts are not read. */
const longestText = 4000;

/** How deep brackets, signs and arguments may nest, and how deep a tree may become. */
const deepest = 120;

const largestRootIndex = 1000;

/**
 * Reads normalised text, LaTeX or plain, as one scalar expression. All of it or null: a tail that is not understood
 * never gives a shorter reading, and neither does text with two readings, such as `1/2x`, `\sin x/2` or `f(x)`. The
 * work is linear in the text, but for numbers with many decimal places, which the fuel bounds.
 */
export function parseExpression(text: string, fuel: Fuel): Expression | null {
  if (text.length > longestText || !fuel.spend(text.length + 1)) return null;
  return new ExpressionParser(text, fuel).parseWhole();
}

/**
 * How the operand that was just read is written, as far as what may stand behind it depends on that:
 * `bare-function` has an argument without brackets and `bare-root` is `√2`; `closed` is anything in its own brackets.
 */
type Shape =
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

/** Letters that name functions: before a bracket they are applied and not multiplied. */
const functionLetters: ReadonlySet<string> = new Set([
  ...['f', 'g', 'h', 'F', 'G', 'H', 'P', 'Q', '\\phi', '\\varphi', '\\psi', '\\sigma', '\\tau', '\\mu', '\\zeta'],
  ...['\\Gamma', '\\Phi', '\\Psi', '\\Lambda'],
]);

const operandCommands: ReadonlySet<string> = new Set(['frac', 'binom', 'dbinom', 'tbinom', 'lfloor', 'lceil']);

const inverses: ReadonlyMap<FunctionWord, FunctionName> = new Map<FunctionWord, FunctionName>([
  ['sin', 'arcsin'],
  ['cos', 'arccos'],
  ['tan', 'arctan'],
]);

/** Functions that only exist with brackets around their argument. */
const bracketedOnly: ReadonlySet<FunctionWord> = new Set<FunctionWord>(['abs', 'floor', 'ceil']);

/** Precedence from loose to tight: sum, product with a sign, juxtaposition, postfix, operand. A rule that fails gives null. */
class ExpressionParser {
  readonly #scanner: ExpressionScanner;
  readonly #fuel: Fuel;
  #depth = 0;
  #shape: Shape = 'closed';
  /** The letter of the last symbol, also when it was raised to a power. */
  #symbol = '';
  /** Whether the innermost bracket is a bar, so that the next bar closes it. */
  #isInBars = false;
  #lastBar: number | undefined;
  /** The last quotient that was written as one fraction, with its own bar. */
  #fraction: Expression | null = null;
  /** What stood in the last round or square brackets. */
  #bracketed: Expression | null = null;

  constructor(text: string, fuel: Fuel) {
    this.#scanner = new ExpressionScanner(text);
    this.#fuel = fuel;
  }

  parseWhole(): Expression | null {
    // [5] alone may be a whole part or a list of one.
    if (this.#scanner.isMark('[') && this.#scanner.text.endsWith(']')) return null;
    const expression = this.#parseContent();
    if (expression === null || this.#scanner.kind !== 'end') return null;
    // Every step of a chain such as a/b*c/d*e makes the tree deeper without a bracket.
    return this.#scanner.text.length > deepest && isDeeperThan(expression, deepest) ? null : expression;
  }

  /** A sum, or the two halves of `n \choose k` and `a \over b`, which take the whole of their group. */
  #parseContent(): Expression | null {
    const top = this.#parseSum();
    if (top === null || this.#scanner.kind !== 'command') return top;
    const isChoose = this.#scanner.value === 'choose';
    if (!isChoose && this.#scanner.value !== 'over') return top;
    this.#scanner.advance();
    const bottom = this.#parseSum();
    if (bottom === null) return null;
    this.#shape = 'closed';
    if (isChoose) return { kind: 'binomial', top, bottom };
    this.#fraction = { kind: 'quotient', numerator: top, denominator: bottom };
    return this.#fraction;
  }

  #parseSum(): Expression | null {
    const terms: Expression[] = [];
    for (;;) {
      const isMinus = terms.length > 0 && this.#scanner.isMark('-');
      if (terms.length > 0) {
        if (!isMinus && !this.#scanner.isMark('+')) break;
        this.#scanner.advance();
      }
      const term = this.#parseTerm();
      if (term === null) return null;
      terms.push(isMinus ? { kind: 'negation', operand: term } : term);
    }
    return terms.length === 1 ? (terms[0] as Expression) : { kind: 'sum', terms };
  }

  /** Factors with signs of multiplication and division between them, from left to right. */
  #parseTerm(): Expression | null {
    if (this.#scanner.isMark('-') || this.#scanner.isMark('+')) return this.#parseSigned(() => this.#parseTerm());
    let factors = this.#parseFactors();
    while (factors !== null) {
      const isDivision = this.#atDivision();
      if (!isDivision && !this.#atMultiplication()) return makeProduct(factors);
      const left: Shape = this.#shape;
      this.#scanner.advance();
      // In \sin x/2 and \sin 2\cdot x nobody can tell where the argument ends.
      if (left === 'bare-function' && this.#scanner.kind !== 'function') return null;
      if (isDivision) {
        // Plain x^1/2 is most likely meant as a root, and 2 1/2/3 as nothing.
        if (left === 'unit-power' || left === 'mixed') return null;
        const denominator = this.#parseDenominator();
        if (denominator === null) return null;
        factors = [{ kind: 'quotient', numerator: makeProduct(factors), denominator }];
      } else factors = this.#parseMultiplied(factors);
    }
    return null;
  }

  #atMultiplication(): boolean {
    const { kind, value } = this.#scanner;
    if (kind === 'command') return value === 'cdot' || value === 'times';
    return kind === 'mark' && value === '*';
  }

  #atDivision(): boolean {
    return this.#scanner.isMark('/') || this.#scanner.isCommand('div');
  }

  #parseMultiplied(factors: Expression[]): Expression[] | null {
    if (this.#scanner.isMark('-') || this.#scanner.isMark('+')) {
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

  /** One operand: `1/2x`, `1/2\pi`, `1/2\frac{1}{3}` and `a/b/c` have two readings each. */
  #parseDenominator(): Expression | null {
    const isSigned = this.#scanner.isMark('-') || this.#scanner.isMark('+');
    const operand = isSigned ? this.#parseSigned(() => this.#parsePostfix()) : this.#parsePostfix();
    if (operand === null || this.#shape === 'mixed' || this.#startsOperand() || this.#atDivision()) return null;
    return operand;
  }

  #parseSigned(parse: () => Expression | null): Expression | null {
    const isMinus = this.#scanner.isMark('-');
    if (++this.#depth > deepest) return null;
    this.#scanner.advance();
    const isSignedAgain = this.#scanner.isMark('-') || this.#scanner.isMark('+');
    const operand = isSignedAgain ? this.#parseSigned(parse) : parse();
    this.#depth--;
    return isMinus && operand !== null ? { kind: 'negation', operand } : operand;
  }

  /** Operands side by side: `2x`, `2\sqrt{3}`, `(x+1)(x-1)`. */
  #parseFactors(): Expression[] | null {
    const first = this.#parsePostfix();
    if (first === null) return null;
    const factors = [first];
    while (this.#startsOperand()) {
      if (!this.#mayFollow()) return null;
      const isCall = this.#shape === 'symbol' || this.#shape === 'unit-power';
      const isBracketNext = this.#atBracket();
      const isInvisible = this.#scanner.isMark('{');
      const mayBeMixed = isInvisible && this.#shape === 'number';
      const next = this.#parsePostfix();
      // 2{\frac{1}{3}} is set like the mixed number, and 3{12} like 312.
      if (isInvisible && next !== null && beginsWithDigits(next)) return null;
      if (mayBeMixed && next?.kind === 'quotient') return null;
      // x(2) and y(t) look like values of functions; x(x+1) is a product.
      if (next === null || (isCall && isBracketNext && isPlain(next))) return null;
      factors.push(next);
    }
    return factors;
  }

  /** A bracket that is seen, also inside a group: `f{(x)}` is set as f(x). */
  #atBracket(): boolean {
    const { text, start } = this.#scanner;
    const code = text.charCodeAt(this.#scanner.isMark('{') ? start + 1 : start);
    return code === 40 || code === 91;
  }

  #startsOperand(): boolean {
    const { kind, value } = this.#scanner;
    if (kind === 'command') return operandCommands.has(value);
    if (kind !== 'mark') return kind === 'number' || kind === 'letter' || kind === 'function' || kind === 'root';
    return value === '(' || value === '[' || value === '{' || (value === '|' && !this.#isInBars);
  }

  /** Whether the operand at the scanner may be multiplied with the one before it without a sign. */
  #mayFollow(): boolean {
    const { kind, value } = this.#scanner;
    // x2, x^{1}0 and \frac{9}{1}9 are cut-off spellings of something else.
    if (kind === 'number') return false;
    const isBracket = this.#atBracket();
    switch (this.#shape) {
      case 'degrees':
      case 'bare-root':
        return false;
      case 'bare-function':
        return kind === 'function';
      case 'bracketed-function':
        return !isBracket;
      case 'abs':
        // |2|x|+1| is one absolute value inside another, or two side by side.
        return this.#scanner.isMark('|') || !this.#hasBarLater();
      case 'number':
        return kind !== 'letter' || !this.#isExponentLetter();
      case 'symbol':
      case 'power':
      case 'unit-power':
        if (isBracket) return !functionLetters.has(this.#symbol) && !this.#symbol.endsWith("'");
        return !(kind === 'letter' && isCapital(value) && isCapital(this.#symbol));
      default:
        return true;
    }
  }

  /** `2e-3`: a power of ten or 2e less 3. */
  #isExponentLetter(): boolean {
    const { text, start, value, end } = this.#scanner;
    if ((value !== 'e' && value !== 'E') || !isDigit(text.charCodeAt(start - 1))) return false;
    const sign = text.charCodeAt(end);
    return (sign === 43 || sign === 45) && isDigit(text.charCodeAt(end + 1));
  }

  #hasBarLater(): boolean {
    this.#lastBar ??= this.#scanner.text.lastIndexOf('|');
    return this.#lastBar >= this.#scanner.start;
  }

  /** An operand with its powers, factorial sign and degree sign. */
  #parsePostfix(): Expression | null {
    let operand = this.#parseOperand();
    while (operand !== null) {
      if (this.#scanner.isMark('^')) operand = this.#parseSuperscript(operand);
      else if (this.#scanner.startsWith('**')) operand = this.#parseStarPower(operand);
      else if (this.#scanner.isMark('!')) operand = this.#parseFactorial(operand);
      else return operand;
    }
    return null;
  }

  #parseSuperscript(base: Expression): Expression | null {
    const { text, end } = this.#scanner;
    if (text.startsWith('{\\circ}', end)) return this.#parseDegrees(base, end + 7);
    const isRaisable = this.#mayBeRaised();
    this.#scanner.advance();
    const exponent = isRaisable ? this.#parseBraces() : null;
    return exponent === null ? null : this.#makePower(base, exponent);
  }

  /** A power as Python writes it; it binds to the right. */
  #parseStarPower(base: Expression): Expression | null {
    if (!this.#mayBeRaised() || ++this.#depth > deepest) return null;
    this.#scanner.moveTo(this.#scanner.start + 2);
    const isSigned = this.#scanner.isMark('-') || this.#scanner.isMark('+');
    const exponent = isSigned ? this.#parseSigned(() => this.#parsePostfix()) : this.#parsePostfix();
    this.#depth--;
    // 2**n! is a power of a factorial or the other way round.
    return exponent === null || this.#shape === 'factorial' ? null : this.#makePower(base, exponent);
  }

  #makePower(base: Expression, exponent: Expression): Expression {
    this.#shape = isOne(exponent.kind === 'negation' ? exponent.operand : exponent) ? 'unit-power' : 'power';
    this.#symbol = base.kind === 'symbol' ? base.name : '';
    return { kind: 'power', base, exponent };
  }

  /** Not `x^{2}^{3}`, and not `\frac{1}{2}^{2}`, where the power may belong to the numerator. */
  #mayBeRaised(): boolean {
    switch (this.#shape) {
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
    if (!this.#mayBeRaised() || this.#shape === 'bracketed-function') return null;
    this.#scanner.moveTo(end);
    this.#shape = 'degrees';
    const halfTurn = makeInteger(180n);
    const degree: Expression = { kind: 'quotient', numerator: piConstant, denominator: halfTurn };
    return { kind: 'product', factors: [operand, degree] };
  }

  #parseFactorial(operand: Expression): Expression | null {
    const isLast = this.#shape === 'factorial' || this.#shape === 'bracketed-function' || !this.#mayBeRaised();
    this.#scanner.advance();
    // n!! is another function, and twice ! may be one or the other.
    if (isLast || this.#scanner.isMark('!')) return null;
    this.#shape = 'factorial';
    return { kind: 'factorial', operand };
  }

  #parseOperand(): Expression | null {
    const { kind, value, start } = this.#scanner;
    switch (kind) {
      case 'number':
        return this.#parseNumber();
      case 'letter':
        return this.#parseLetter();
      case 'function':
        return this.#parseFunction(value as FunctionWord);
      case 'root':
        return this.#parseRoot(value === 'cbrt' ? 3 : 2);
      case 'command':
        return this.#parseCommand(value);
      case 'mark':
        if (value === '(') return this.#parseEnclosed(start + 1, ')');
        if (value === '[') return this.#parseEnclosed(start + 1, ']');
        if (value === '{') return this.#parseInvisibleGroup();
        return value === '|' ? this.#parseFunctionOf('abs', '|', 'abs') : null;
      default:
        return null;
    }
  }

  /** What stands from an index to a closing bracket, and the bracket. */
  #parseEnclosed(start: number, close: string): Expression | null {
    if (++this.#depth > deepest) return null;
    const wasInBars = this.#isInBars;
    this.#isInBars = close === '|';
    this.#scanner.moveTo(start);
    const content = close === '}' ? this.#parseContent() : this.#parseSum();
    const { kind, value } = this.#scanner;
    if (content === null || value !== close || (kind !== 'mark' && kind !== 'command')) return null;
    this.#isInBars = wasInBars;
    this.#depth--;
    this.#scanner.advance();
    this.#shape = 'closed';
    if (close === ')' || close === ']') this.#bracketed = content;
    return content;
  }

  /** A group. `2^(1/2)` arrives as `2^{(}1/2)`, as only one character is taken for the exponent. */
  #parseBraces(): Expression | null {
    const { start } = this.#scanner;
    if (!this.#scanner.isMark('{')) return null;
    return this.#scanner.startsWith('{(}') ? this.#parseEnclosed(start + 3, ')') : this.#parseEnclosed(start + 1, '}');
  }

  /**
   * A group as an operand. Nobody sees its braces: `{x+1}^2` is set as x+1^2 and `{1/2}x` as 1/2x, so what stands in
   * it must mean the same without them, unless it is all of another group: `\frac{{x+1}}{2}`.
   */
  #parseInvisibleGroup(): Expression | null {
    const isDoubled = this.#scanner.text.charCodeAt(this.#scanner.start - 1) === 123;
    const content = this.#parseBraces();
    if (content !== null && (content === this.#bracketed || (isDoubled && this.#scanner.isMark('}')))) return content;
    if (content === null || content.kind === 'sum' || content.kind === 'negation') return null;
    if (content.kind === 'quotient' && content !== this.#fraction) return null;
    const isSeveral = content.kind === 'quotient' || content.kind === 'product' || content.kind === 'power';
    this.#shape = isSeveral ? 'fraction' : 'closed';
    return content;
  }

  /** The argument of a command: a group, or one digit or letter. */
  #parseArgument(): Expression | null {
    const { kind, text, start } = this.#scanner;
    if (kind === 'number' && isDigit(text.charCodeAt(start))) {
      this.#scanner.moveTo(start + 1);
      return makeInteger(BigInt(text.slice(start, start + 1)));
    }
    return kind === 'letter' ? this.#parseLetter() : this.#parseBraces();
  }

  /** A number, and the proper fraction behind it that makes it a mixed number: `2\frac{1}{3}`, `2 1/3`. */
  #parseNumber(): Expression | null {
    const whole = this.#scanner.number;
    if (whole === null) return null;
    // Reducing a decimal is Euclid's algorithm, whose cost grows with the square of the digits.
    const { length } = whole.digits;
    if (!this.#fuel.spend(length + Math.ceil((length * whole.places) / 64))) return null;
    this.#scanner.advance();
    this.#shape = 'number';
    const value = readDecimal(whole);
    const isFractionNext = this.#scanner.isCommand('frac');
    if (!isFractionNext && this.#scanner.kind !== 'number') return { kind: 'rational', value };
    const { text, start, end } = this.#scanner;
    const part = isFractionNext ? readBracedFraction(text, end) : readSlashFraction(text, start);
    if (part === null) return isFractionNext ? { kind: 'rational', value } : null;
    const isProper = part.numerator > 0n && part.numerator < part.denominator;
    if (whole.places > 0 || value.numerator === 0n || !isProper) return null;
    this.#scanner.moveTo(part.end);
    this.#shape = 'mixed';
    if (!isFractionNext && this.#startsOperand()) return null;
    if (!this.#fuel.spend(Math.ceil((length * (part.end - start)) / 64))) return null;
    const numerator = value.numerator * part.denominator + part.numerator;
    return { kind: 'rational', value: makeRational(numerator, part.denominator) };
  }

  #parseLetter(): Expression | null {
    const { value, text, end } = this.#scanner;
    const tail = scanSymbolTail(text, end);
    if (tail === null) return null;
    this.#scanner.moveTo(tail.end);
    if (tail.name === '' && (value === 'e' || value === 'i' || value === '\\pi')) {
      this.#shape = 'constant';
      return value === '\\pi' ? piConstant : { kind: 'constant', name: value };
    }
    this.#shape = 'symbol';
    this.#symbol = value + tail.name;
    return { kind: 'symbol', name: this.#symbol };
  }

  #parseCommand(name: string): Expression | null {
    if (name === 'lfloor') return this.#parseFunctionOf('floor', 'rfloor', 'closed');
    if (name === 'lceil') return this.#parseFunctionOf('ceil', 'rceil', 'closed');
    if (!operandCommands.has(name)) return null;
    const isFraction = name === 'frac';
    this.#scanner.advance();
    const top = isFraction ? this.#parseBraces() : this.#parseArgument();
    if (top === null) return null;
    const bottom = isFraction ? this.#parseBraces() : this.#parseArgument();
    if (bottom === null) return null;
    this.#shape = isFraction ? 'fraction' : 'closed';
    if (!isFraction) return { kind: 'binomial', top, bottom };
    this.#fraction = { kind: 'quotient', numerator: top, denominator: bottom };
    return this.#fraction;
  }

  /** A function that is written as a pair of brackets. */
  #parseFunctionOf(name: FunctionName, close: string, shape: Shape): Expression | null {
    const argument = this.#parseEnclosed(this.#scanner.end, close);
    this.#shape = shape;
    return argument === null ? null : { kind: 'function', name, argument };
  }

  #parseRoot(plainIndex: number): Expression | null {
    const isCommand = this.#scanner.startsWith('\\');
    let index = plainIndex;
    this.#scanner.advance();
    if (isCommand && this.#scanner.isMark('[')) {
      const { text, end } = this.#scanner;
      const digitsEnd = skipDigits(text, end);
      if (digitsEnd === end || digitsEnd > end + 4 || text.charCodeAt(digitsEnd) !== 93) return null;
      index = Number(text.slice(end, digitsEnd));
      this.#scanner.moveTo(digitsEnd + 1);
    }
    const radicand = index < 2 || index > largestRootIndex ? null : this.#parseRadicand(isCommand);
    return radicand === null ? null : { kind: 'root', index, radicand };
  }

  #parseRadicand(isCommand: boolean): Expression | null {
    const { kind, start, number } = this.#scanner;
    if (this.#scanner.isMark('{')) return this.#parseBraces();
    if (this.#scanner.isMark('(')) return this.#parseEnclosed(start + 1, ')');
    if (kind !== 'number' && kind !== 'letter') return null;
    // \sqrt[3]27 is the root of 2 for TeX, and of 27 for who wrote it.
    if (isCommand && number !== null && kind === 'number' && number.end > start + 1) return null;
    const radicand = kind === 'number' ? this.#parseNumber() : this.#parseLetter();
    if (this.#shape === 'mixed') return null;
    this.#shape = isCommand ? 'closed' : 'bare-root';
    return radicand;
  }

  #parseFunction(word: FunctionWord): Expression | null {
    if (++this.#depth > deepest) return null;
    this.#scanner.advance();
    const base = word === 'log' ? this.#parseLogarithmBase() : null;
    if (word === 'log' && base === null) return null;
    let exponent: Expression | null = null;
    if (this.#scanner.isMark('^')) {
      this.#scanner.advance();
      exponent = bracketedOnly.has(word) ? null : this.#parseBraces();
      if (exponent === null) return null;
    }
    const isInverse = exponent?.kind === 'negation';
    const name = exponent?.kind === 'negation' ? findInverse(word, exponent) : word;
    const argument = name === undefined ? null : this.#parseFunctionArgument(word);
    if (name === undefined || argument === null) return null;
    this.#depth--;
    const call = makeCall(name, { base, argument });
    return exponent === null || isInverse ? call : { kind: 'power', base: call, exponent };
  }

  /** Not 1, and not left out: `\log x` is to the base ten for some and e for others. */
  #parseLogarithmBase(): Expression | null {
    if (!this.#scanner.isMark('_')) return null;
    this.#scanner.advance();
    const base = this.#parseArgument();
    const isNumber = base?.kind === 'rational';
    return isNumber && base.value.numerator <= base.value.denominator && base.value.denominator === 1n ? null : base;
  }

  #parseFunctionArgument(word: FunctionWord): Expression | null {
    const { start } = this.#scanner;
    const close = this.#scanner.isMark('(') ? ')' : this.#scanner.isMark('[') ? ']' : '';
    const isInBars = this.#scanner.isMark('|');
    if (close === '' && !isInBars) {
      const argument = bracketedOnly.has(word) ? null : this.#parseBareArgument();
      this.#shape = 'bare-function';
      return argument;
    }
    const argument = isInBars ? this.#parseOperand() : this.#parseEnclosed(start + 1, close);
    this.#shape = 'bracketed-function';
    return argument;
  }

  /** `\sin 2\pi x`: a number or fraction and letters with their powers. What else follows has more than one reading. */
  #parseBareArgument(): Expression | null {
    if (this.#scanner.kind === 'function') return this.#parseFunction(this.#scanner.value as FunctionWord);
    const isGrouped = this.#scanner.isMark('{');
    const first = this.#parsePostfix();
    if (first === null || !this.#mayBeBareArgument()) return null;
    const factors = [first];
    let isOpen = this.#shape !== 'closed' && this.#shape !== 'degrees' && !isGrouped;
    while (isOpen && this.#scanner.kind === 'letter') {
      if (!this.#mayFollow()) return null;
      const next = this.#parsePostfix();
      // The imaginary unit behind \sin x belongs to the whole more often than to the argument.
      if (next === null || !this.#mayBeBareArgument() || (next.kind === 'constant' && next.name === 'i')) return null;
      factors.push(next);
      isOpen = this.#shape !== 'degrees';
    }
    return makeProduct(factors);
  }

  #mayBeBareArgument(): boolean {
    return this.#shape !== 'factorial' && this.#shape !== 'bare-root';
  }
}

interface PlainFraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly end: number;
}

/** `{1}{3}` with digits and nothing else. */
function readBracedFraction(text: string, start: number): PlainFraction | null {
  const middle = skipDigits(text, start + 1);
  if (!text.startsWith('}{', middle) || middle === start + 1) return null;
  const end = skipDigits(text, middle + 2);
  if (text.charCodeAt(end) !== 125 || end === middle + 2) return null;
  return makePlainFraction(text.slice(start + 1, middle), text.slice(middle + 2, end), end + 1);
}

/** `1/3` */
function readSlashFraction(text: string, start: number): PlainFraction | null {
  const middle = skipDigits(text, start);
  const end = skipDigits(text, middle + 1);
  if (text.charCodeAt(middle) !== 47 || middle === start || end === middle + 1) return null;
  return text.charCodeAt(end) === 46
    ? null
    : makePlainFraction(text.slice(start, middle), text.slice(middle + 1, end), end);
}

function makePlainFraction(numerator: string, denominator: string, end: number): PlainFraction {
  return { numerator: BigInt(numerator), denominator: BigInt(denominator), end };
}

const piConstant: Expression = { kind: 'constant', name: 'pi' };

function makeInteger(value: bigint): Expression {
  return { kind: 'rational', value: { numerator: value, denominator: 1n } };
}

function makeProduct(factors: readonly Expression[]): Expression {
  return factors.length === 1 ? (factors[0] as Expression) : { kind: 'product', factors };
}

interface CallParts {
  readonly base: Expression | null;
  readonly argument: Expression;
}

function makeCall(name: FunctionWord, { base, argument }: CallParts): Expression {
  if (base !== null) return { kind: 'logarithm', base, argument };
  return { kind: 'function', name: name as FunctionName, argument };
}

/** `\sin^{-1}` is the inverse; other negative powers are read in two ways. */
function findInverse(word: FunctionWord, exponent: Expression): FunctionName | undefined {
  const isMinusOne = exponent.kind === 'negation' && isOne(exponent.operand);
  return isMinusOne ? inverses.get(word) : undefined;
}

function isOne(expression: Expression): boolean {
  return expression.kind === 'rational' && expression.value.numerator === 1n && expression.value.denominator === 1n;
}

/** A lone number, constant or variable, with or without a sign. */
function isPlain(expression: Expression): boolean {
  const { kind } = expression;
  if (kind === 'negation') return isPlain(expression.operand);
  return kind === 'rational' || kind === 'symbol' || kind === 'constant';
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
