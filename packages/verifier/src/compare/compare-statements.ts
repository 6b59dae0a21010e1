import type { Value } from '../parse/values.ts';
import type { FormComparer } from './comparison.ts';
import { type Relation, unknown } from './relation.ts';
import { compareAssignment } from './statements/compare-assignments.ts';
import { compareCases } from './statements/compare-cases.ts';
import { compareChain } from './statements/compare-chains.ts';
import { compareFamily } from './statements/compare-families.ts';
import { compareFunction } from './statements/compare-functions.ts';
import { compareCondition, compareRelation } from './statements/compare-relations.ts';

/** Which side is asked about the other, the first of these. */
const order: readonly Value['kind'][] = ['chain', 'family', 'function', 'assignment', 'condition', 'cases', 'relation'];

/** Words and choices are compared by their own room. */
const foreign: ReadonlySet<Value['kind']> = new Set<Value['kind']>(['text', 'choice', 'boolean']);

/** Equations, conditions, named values, functions, families and cases. */
export const compareStatements: FormComparer = (a, b, comparison) => {
  const rank = order.indexOf(a.kind);
  const other = order.indexOf(b.kind);
  if (rank === -1 || (other !== -1 && other < rank) || foreign.has(b.kind)) return undefined;
  if (!comparison.fuel.spend(20)) return { kind: 'unknown', reason: 'out-of-fuel' };
  return compareRanked(a, b, comparison);
};

const compareRanked: FormComparer = (a, b, comparison): Relation | undefined => {
  switch (a.kind) {
    case 'chain':
      return compareChain(a, b, comparison);
    case 'family':
      return compareFamily(a, b, comparison);
    case 'function':
      return b.kind === 'assignment' ? compareAssignment(b, a, comparison) : compareFunction(a, b, comparison);
    case 'assignment':
      return compareAssignment(a, b, comparison);
    case 'condition':
      return compareCondition(a, b, comparison);
    case 'cases':
      return compareCases(a, b, comparison);
    case 'relation':
      return compareRelation(a, b, comparison);
    default:
      return unknown;
  }
};
