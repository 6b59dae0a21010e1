import type { Expression } from './expression.ts';
import { deepest, type ExpressionParser } from './expression-parser.ts';
import { isInteger, makeInteger, makePower, makeProduct, makeQuotient } from './expression-parts.ts';
import { isApplied, makeCall } from './make-call.ts';
import { type FunctionWord, findFunction } from './scan-names.ts';

const largestRootIndex = 1000n;

/** Functions that only exist with brackets around their argument. */
const bracketedOnly: ReadonlySet<FunctionWord> = new Set<FunctionWord>(['abs', 'floor', 'ceil']);

export function parseFunction(parser: ExpressionParser, word: FunctionWord): Expression | null {
  const { scanner } = parser;
  if (++parser.depth > deepest) return null;
  scanner.advance();
  const hasBase = word === 'log' && scanner.isMark('_');
  const base = hasBase ? parseLogarithmBase(parser) : null;
  if (hasBase && base === null) return null;
  let exponent: Expression | null = null;
  if (scanner.isMark('^')) {
    scanner.advance();
    exponent = bracketedOnly.has(word) ? null : parser.parseBraces();
    if (exponent === null) return null;
  }
  const isInverse = exponent?.kind === 'negation';
  const name = exponent?.kind === 'negation' ? findInverse(word, exponent.operand) : word;
  if (name === undefined) return null;
  const several = isApplied(word) ? parser.parseArguments() : null;
  if (several !== null) parser.shape = 'bracketed-function';
  const argument = several === null ? parseArgumentOf(parser, word) : null;
  parser.depth--;
  if (several === null && argument === null) return null;
  const call: Expression =
    several === null ? makeCall(name, argument as Expression, base) : { kind: 'application', name, arguments: several };
  return exponent === null || isInverse ? call : makePower(call, exponent);
}

/** `\sin^{-1}` is the inverse; other negative powers are read in two ways. */
function findInverse(word: FunctionWord, exponent: Expression): FunctionWord | undefined {
  if (!isInteger(exponent, 1n)) return undefined;
  return findFunction(`${word.endsWith('h') ? 'ar' : 'arc'}${word}`);
}

/** Not 1. */
function parseLogarithmBase(parser: ExpressionParser): Expression | null {
  parser.scanner.advance();
  const base = parser.parseArgument();
  const isNumber = base?.kind === 'rational';
  return isNumber && base.value.numerator <= base.value.denominator && base.value.denominator === 1n ? null : base;
}

function parseArgumentOf(parser: ExpressionParser, word: FunctionWord): Expression | null {
  const { scanner } = parser;
  const close = scanner.isMark('(') ? ')' : scanner.isMark('[') ? ']' : '';
  const isInBars = scanner.isMark('|');
  if (close === '' && !isInBars) {
    const argument = bracketedOnly.has(word) ? null : parseBareArgument(parser);
    parser.shape = 'bare-function';
    return argument;
  }
  const argument = isInBars ? parser.parseOperand() : parser.parseEnclosed(scanner.start + 1, close);
  parser.shape = 'bracketed-function';
  return argument;
}

/**
 * `\sin 2\pi x`: a number or fraction and letters with their powers. Whatever else follows may belong to the argument
 * or to the whole, as in `\sin x/2`; another function belongs to the whole.
 */
function parseBareArgument(parser: ExpressionParser): Expression | null {
  const { scanner } = parser;
  if (scanner.kind === 'function') return parseFunction(parser, scanner.value as FunctionWord);
  const isGrouped = scanner.isMark('{');
  const first = parser.parsePostfix();
  if (first === null || !mayBeBareArgument(parser)) return null;
  const factors = [first];
  let isOpen = parser.shape !== 'closed' && parser.shape !== 'degrees' && !isGrouped;
  // The imaginary unit behind \sin x belongs to the whole more often than to the argument.
  while (isOpen && scanner.kind === 'letter' && scanner.value !== 'i') {
    if (!parser.mayFollow()) return null;
    const next = parser.parsePostfix();
    if (next === null || !mayBeBareArgument(parser)) return null;
    factors.push(next);
    isOpen = parser.shape !== 'degrees';
  }
  return parseDisputed(parser, makeProduct(factors));
}

function parseDisputed(parser: ExpressionParser, argument: Expression): Expression | null {
  const { scanner } = parser;
  if (parser.atOperator()) {
    if (scanner.peek() === 'function' || !parser.takesOther()) return argument;
    return parser.parseTermFrom([argument]);
  }
  if (!parser.startsOperand() || scanner.kind === 'function') return argument;
  if (!parser.mayFollow()) return null;
  if (!parser.takesOther()) return argument;
  const factors = parser.parseFactorsFrom(argument);
  return factors && makeProduct(factors);
}

function mayBeBareArgument({ shape }: ExpressionParser): boolean {
  return shape !== 'factorial' && shape !== 'bare-root';
}

/** `\sqrt[n]{x}` is x^{1/n} where the index is no number. */
export function parseRoot(parser: ExpressionParser, plainIndex: number): Expression | null {
  const { scanner } = parser;
  const isCommand = scanner.startsWith('\\');
  let index: Expression = makeInteger(BigInt(plainIndex));
  scanner.advance();
  if (isCommand && scanner.isMark('[')) {
    const read = parser.parseEnclosed(scanner.start + 1, ']');
    if (read === null) return null;
    index = read;
  }
  const radicand = parseRadicand(parser, isCommand);
  if (radicand === null) return null;
  if (index.kind !== 'rational' || index.value.denominator !== 1n) {
    return makePower(radicand, makeQuotient(makeInteger(1n), index));
  }
  const { numerator } = index.value;
  if (numerator < 2n || numerator > largestRootIndex) return null;
  return { kind: 'root', index: Number(numerator), radicand };
}

function parseRadicand(parser: ExpressionParser, isCommand: boolean): Expression | null {
  const { scanner } = parser;
  const { kind, start, number } = scanner;
  if (scanner.isMark('{')) return parser.parseBraces();
  if (scanner.isMark('(')) return parser.parseEnclosed(start + 1, ')');
  if (kind !== 'number' && kind !== 'letter') return null;
  // \sqrt[3]27 is the root of 2 for TeX, and of 27 for who wrote it.
  if (isCommand && number !== null && kind === 'number' && number.end > start + 1) return null;
  const radicand = isCommand ? parser.parseArgument() : parser.parseOperand();
  if (radicand === null || parser.shape === 'mixed') return null;
  parser.shape = isCommand ? 'closed' : 'bare-root';
  // √2x: how far the sign reaches is lost in plain text.
  if (isCommand || !parser.startsOperand() || !parser.mayFollow() || !parser.takesOther()) return radicand;
  const factors = parser.parseFactorsFrom(radicand);
  return factors && makeProduct(factors);
}
