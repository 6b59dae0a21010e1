import type { Form } from '../reader.ts';
import { solveRelations } from '../regions/solve-relations.ts';
import { splitClauses } from '../split-clauses.ts';

/** Anything with a sign of relation at its top level: equations, chains, inequalities, named values, functions. */
export const parseStatement: Form = (text, reader) => {
  if (!/[<>]|\\(?:le|ge|ne|in|notin)(?![a-z])/.test(text)) return undefined;
  const clauses = splitClauses(text);
  return (clauses && solveRelations(clauses, reader)) ?? undefined;
};
