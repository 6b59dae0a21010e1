import type { Reader } from '../reader.ts';
import { solveRelations } from '../regions/solve-relations.ts';
import { splitClauses } from '../split-clauses.ts';
import type { Value } from '../values.ts';
import { readEquation } from './read-equation.ts';

/** What follows "if": an equation or inequalities. */
export function readCondition(text: string, reader: Reader): Value | null {
  const clauses = splitClauses(text);
  if (clauses === null || clauses.length > 12) return null;
  const only = clauses.length === 1 ? readEquation(text, reader) : undefined;
  return only ?? solveRelations(clauses, reader);
}
