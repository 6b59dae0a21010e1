import { isLetter, skipBraces } from '../chars.ts';
import type { Expression } from './expression.ts';
import type { ExpressionParser } from './expression-parser.ts';
import { makeSymbol, piConstant } from './expression-parts.ts';
import { accents } from './scan-names.ts';
import { isPlainName, scanSymbolTail } from './scan-symbol.ts';

/** A variable with its subscript and primes, or one of the constants. */
export function parseLetter(parser: ExpressionParser): Expression | null {
  const { value, end } = parser.scanner;
  return parseTail(parser, value, end);
}

function parseTail(parser: ExpressionParser, letter: string, end: number): Expression | null {
  const { scanner } = parser;
  const tail = scanSymbolTail(scanner.text, end);
  if (tail === null) return parseIndexed(parser, letter, end);
  scanner.moveTo(tail.end);
  const isBoundUnit = letter === 'i' && parser.boundUnits > 0;
  if (tail.name === '' && !isBoundUnit && (letter === 'e' || letter === 'i' || letter === '\\pi')) {
    parser.shape = 'constant';
    return letter === '\\pi' ? piConstant : { kind: 'constant', name: letter };
  }
  parser.shape = 'symbol';
  parser.symbol = letter + tail.name;
  return makeSymbol(parser.symbol);
}

/** `a_{n+1}`: the index is an expression, so that `a_{1+n}` is the same. */
function parseIndexed(parser: ExpressionParser, letter: string, end: number): Expression | null {
  const { scanner } = parser;
  if (scanner.text.charCodeAt(end) !== 95) return null;
  scanner.moveTo(end + 1);
  const index = parser.parseBraces();
  parser.shape = 'closed';
  return index && { kind: 'application', name: `${letter}_`, arguments: [index] };
}

/** `\vec{a}`, `\bar{x}_1`, `\overline{AB}`: names of their own; a line over more than a name is a function of it. */
export function parseAccent(parser: ExpressionParser, command: string): Expression | null {
  const { scanner } = parser;
  const { text } = scanner;
  const accent = accents.get(command) as string;
  let { end } = scanner;
  while (text.charCodeAt(end) === 32) end++;
  const isGroup = text.charCodeAt(end) === 123;
  const close = isGroup ? skipBraces(text, end) : skipName(text, end);
  if (close === -1) return null;
  const content = isGroup ? text.slice(end + 1, close - 1) : text.slice(end, close);
  if (isPlainName(content)) return parseTail(parser, `\\${accent}{${content}}`, close);
  scanner.moveTo(end);
  const argument = accent === 'overline' ? parser.parseBraces() : null;
  parser.shape = 'closed';
  return argument && { kind: 'application', name: 'overline', arguments: [argument] };
}

/** One letter or one command. */
function skipName(text: string, start: number): number {
  if (text.charCodeAt(start) !== 92) return isLetter(text.charCodeAt(start)) ? start + 1 : -1;
  let end = start + 1;
  while (isLetter(text.charCodeAt(end))) end++;
  return end;
}
