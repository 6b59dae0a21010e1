import { isLetter } from '../chars.ts';
import type { BoundOperator, Expression } from './expression.ts';
import { deepest, type ExpressionParser } from './expression-parser.ts';
import { infinity, makeInteger, makeSymbol } from './expression-parts.ts';
import { listChildren } from './list-children.ts';
import { scanSymbolTail } from './scan-symbol.ts';
import { listSymbols, nameBound, replaceSymbols } from './symbols.ts';

/** What stands below and above the operator. */
interface Scripts {
  variable: string | null;
  low: Expression | null;
  high: Expression | null;
  side: '' | '+' | '-';
}

/** `\sum_{k=1}^{n}`, `\prod`, `\lim_{x\to 0}`, `\int_a^b f\,dx` and what they are applied to. */
export function parseBound(parser: ExpressionParser, operator: string): Expression | null {
  if (++parser.depth > deepest) return null;
  parser.scanner.advance();
  const scripts: Scripts = { variable: null, low: null, high: null, side: '' };
  while (parser.scanner.isMark('_') || parser.scanner.isMark('^')) {
    if (!parseScript(parser, operator, scripts)) return null;
  }
  const node = operator === 'int' ? parseIntegral(parser, scripts) : parseSeries(parser, operator, scripts);
  parser.depth--;
  parser.shape = 'closed';
  return node;
}

/** A sum reaches to the next plus or minus; whoever writes one there may have meant to include it. */
function parseSeries(parser: ExpressionParser, operator: string, scripts: Scripts): Expression | null {
  const { variable, low, high, side } = scripts;
  const isLimit = operator === 'lim';
  if (variable === null || low === null || (high === null) !== isLimit) return null;
  if (variable === 'i') parser.boundUnits++;
  const first = parser.parseTerm();
  const body = first !== null && parser.atSign() && parser.takesOther() ? parser.parseSumFrom(first) : first;
  if (variable === 'i') parser.boundUnits--;
  if (body === null) return null;
  const ends = high === null ? [low] : [low, high];
  return makeBound(parser, { operator: `${operator}${side}` as BoundOperator, variable, body, ends });
}

function parseIntegral(parser: ExpressionParser, { low, high }: Scripts): Expression | null {
  const { scanner } = parser;
  if ((low === null) !== (high === null)) return null;
  scanner.differentials++;
  scanner.rescan();
  const body = scanner.isDifferential ? makeInteger(1n) : parser.parseSum();
  scanner.differentials--;
  if (body === null || !scanner.isDifferential) return null;
  scanner.advance();
  const variable = readVariable(parser);
  if (variable === null) return null;
  const ends = low === null || high === null ? [] : [low, high];
  return makeBound(parser, { operator: 'int', variable, body, ends });
}

function readVariable({ scanner }: ExpressionParser): string | null {
  if (scanner.kind !== 'letter') return null;
  const tail = scanSymbolTail(scanner.text, scanner.end);
  if (tail === null || scanner.value === 'e' || scanner.value === '\\pi') return null;
  const name = scanner.value + tail.name;
  scanner.moveTo(tail.end);
  return name;
}

function parseScript(parser: ExpressionParser, operator: string, scripts: Scripts): boolean {
  const { scanner } = parser;
  const isLow = scanner.isMark('_');
  if ((isLow ? scripts.low : scripts.high) !== null) return false;
  scanner.advance();
  if (!isLow || operator === 'int') {
    const end = parseEnd(parser, scanner.start);
    scripts[isLow ? 'low' : 'high'] = end;
    return end !== null;
  }
  if (!scanner.isMark('{')) return false;
  scanner.advance();
  scripts.variable = readVariable(parser);
  if (scripts.variable === null || !(operator === 'lim' ? scanner.isCommand('to') : scanner.isMark('='))) return false;
  scripts.low = parseEnd(parser, scanner.start + (operator === 'lim' ? 2 : 0));
  return scripts.low !== null && (operator !== 'lim' || readSide(parser, scripts));
}

/** `0^{+}`, whose brace is still open. */
function readSide({ scanner }: ExpressionParser, scripts: Scripts): boolean {
  if (!scanner.isMark('^')) return true;
  scripts.side = scanner.startsWith('^{+}') ? '+' : '-';
  scanner.moveTo(scanner.start + 4);
  if (!scanner.isMark('}')) return false;
  scanner.advance();
  return true;
}

/** What stands from the character at `open`, an opening brace or the sign before a value, to the closing brace. */
function parseEnd(parser: ExpressionParser, open: number): Expression | null {
  const { scanner } = parser;
  const isLong = scanner.isMark('{');
  if (!isLong && !scanner.isMark('=') && !scanner.isCommand('to')) return parser.parseArgument();
  scanner.moveTo(isLong ? open + 1 : scanner.end);
  const isMinus = scanner.isMark('-');
  const signed = isMinus || scanner.isMark('+') ? scanner.end : scanner.start;
  let value: Expression | null;
  if (scanner.text.startsWith('\\infty', signed) && !isLetter(scanner.text.charCodeAt(signed + 6))) {
    scanner.moveTo(signed + 6);
    value = isMinus ? { kind: 'negation', operand: infinity } : infinity;
  } else value = parser.parseSum();
  if (value !== null && scanner.isMark('^')) return value;
  if (!scanner.isMark('}')) return null;
  scanner.advance();
  return value;
}

interface BoundParts {
  readonly operator: BoundOperator;
  readonly variable: string;
  readonly body: Expression;
  readonly ends: readonly Expression[];
}

function makeBound(parser: ExpressionParser, { operator, variable, body, ends }: BoundParts): Expression | null {
  if (!parser.fuel.spend(parser.scanner.end)) return null;
  const bound = makeSymbol(nameBound(1 + countNested(body)));
  const replacements = new Map<string, Expression>([[variable, bound]]);
  for (const name of listSymbols(body)) {
    const [letter = '', ...indices] = name.split('_');
    if (name === variable || !indices.join('').includes(variable)) continue;
    // a_k is the sequence a at k; what a_{jk} means under a sum over k is not known here.
    if (indices.join('') !== variable) return null;
    replacements.set(name, { kind: 'application', name: `${letter}_`, arguments: [bound] });
  }
  parser.boundNames.push(variable);
  const renamed = replaceSymbols(body, replacements);
  return { kind: 'bound', operator, variable: bound.name, parts: [renamed, ...ends] };
}

/** How many operators stand inside each other. */
function countNested(node: Expression): number {
  const inner = Math.max(0, ...listChildren(node).map(countNested));
  return node.kind === 'bound' ? inner + 1 : inner;
}
