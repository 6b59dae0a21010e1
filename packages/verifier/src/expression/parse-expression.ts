import type { Fuel } from '../fuel.ts';
import type { Expression } from './expression.ts';
import { deepest, ExpressionParser } from './expression-parser.ts';
import { isDeeperThan } from './list-children.ts';
import { listSymbols } from './symbols.ts';

/** Longer texts are not read. */
const longestText = 4000;

/** What a text may mean. */
export interface ExpressionReadings {
  readonly expression: Expression;
  /** The other reading of a text such as `1/2x`, `\sin x/2` or `f(x)`; null where there is one only. */
  readonly other: Expression | null;
}

/**
 * Reads normalised text, LaTeX or plain, as one scalar expression. All of it or null: a tail that is not understood
 * never gives a shorter reading, and neither does text with two readings. The work is linear in the text, but for
 * numbers with many decimal places and for brackets behind letters, which the fuel bounds.
 */
export function parseExpression(text: string, fuel: Fuel): Expression | null {
  const readings = parseReadings(text, fuel);
  return readings === null || readings.other !== null ? null : readings.expression;
}

/** Reads a text that may have two readings. Neither is more than half likely: nothing may rest on one of them alone. */
export function parseReadings(text: string, fuel: Fuel): ExpressionReadings | null {
  if (text.length > longestText || !fuel.spend(text.length + 1)) return null;
  // [5] alone may be a whole part or a list of one.
  if (text.startsWith('[') && text.endsWith(']')) return null;
  const parser = new ExpressionParser(text, fuel, { isOther: false });
  const expression = parseWhole(parser);
  if (expression === null || !parser.isAmbiguous) return expression && { expression, other: null };
  if (!fuel.spend(text.length)) return null;
  const other = parseWhole(new ExpressionParser(text, fuel, { isOther: true }));
  return other && { expression, other };
}

function parseWhole(parser: ExpressionParser): Expression | null {
  const expression = parser.parseContent();
  if (expression === null || parser.scanner.kind !== 'end') return null;
  // Every step of a chain such as a/b*c/d*e makes the tree deeper without a bracket.
  if (parser.scanner.text.length > deepest && isDeeperThan(expression, deepest)) return null;
  const free = parser.boundNames.length === 0 ? [] : listSymbols(expression);
  return free.some((name) => parser.boundNames.includes(name)) ? null : expression;
}
