import type { Fuel } from '../fuel.ts';
import type { ParsedAnswer } from '../parse/parse-answer.ts';
import type { Value } from '../parse/values.ts';
import type { Settings } from '../settings.ts';
import type { Rule } from '../types.ts';
import { compareApproximately } from './compare-approximately.ts';
import { compareExpressions } from './compare-expressions.ts';
import { compareValues } from './compare-values.ts';
import type { Comparison, SecondOpinion } from './comparison.ts';
import type { Relation } from './relation.ts';

export interface AnswerRelation {
  readonly relation: Relation;
  readonly rule: Rule;
}

export interface Limits {
  readonly fuel: Fuel;
  readonly settings: Settings;
  readonly secondOpinion?: SecondOpinion | undefined;
}

/**
 * Compares two answers in all their readings. They are the same when their most likely readings are; they are apart
 * when no reading of one meets any reading of the other; everything between is unknown.
 */
export function compareAnswers(reference: ParsedAnswer, candidate: ParsedAnswer, limits: Limits): AnswerRelation {
  const comparison = createComparison(limits);
  const [first, ...others] = pairReadings(reference.readings, candidate.readings);
  if (first === undefined) return { relation: { kind: 'unknown', reason: 'no-rule' }, rule: 'none' };
  const [a, b] = first;
  const rule: Rule = nameSharedRule(a, b) ?? 'kind';
  const relation = comparison.compare(a, b);
  if (relation.kind === 'same') return { relation, rule: nameSharedRule(a, b) ?? 'set' };
  if (relation.kind === 'unknown') return { relation, rule };
  // Beside another chain a chain is not its decimal alone.
  if (a.kind === 'chain' && b.kind === 'chain') return { relation, rule };
  for (const [otherA, otherB] of others) {
    if (comparison.compare(otherA, otherB).kind !== 'apart') {
      return { relation: { kind: 'unknown', reason: 'ambiguous' }, rule };
    }
  }
  return { relation, rule };
}

const statements: ReadonlySet<Value['kind']> = new Set<Value['kind']>([
  ...(['family', 'cases', 'function', 'assignment', 'condition', 'relation', 'chain'] as const),
]);

/** A comparison of values under these limits. */
export function createComparison(limits: Limits): Comparison {
  const comparison: Comparison = {
    fuel: limits.fuel,
    settings: limits.settings,
    compare: (a, b) => {
      const relation = compareValues(a, b, comparison);
      return relation.kind === 'apart' ? (compareApproximately(a, b, comparison) ?? relation) : relation;
    },
    compareExpressions: (a, b) => compareExpressions(a, b, limits),
  };
  return comparison;
}

function pairReadings(a: readonly Value[], b: readonly Value[]): readonly (readonly [Value, Value])[] {
  return a.flatMap((readingA) => b.map((readingB) => [readingA, readingB] as const));
}

function nameRule(value: Value): Rule {
  if (value.kind === 'chain') return 'relation';
  if (value.kind === 'infinity') return 'number';
  if (value.kind === 'quantity') return 'expression';
  if (value.kind === 'date') return 'time';
  if (value.kind === 'alternatives') return 'expression';
  return value.kind === 'text' ? 'identical-text' : value.kind;
}

/** The rule for two values of one kind; a number is an expression too. Undefined for two kinds. */
function nameSharedRule(a: Value, b: Value): Rule | undefined {
  if (a.kind === b.kind) return nameRule(a);
  const statement = [a, b].find(({ kind }) => statements.has(kind));
  const numeral = [a, b].find(({ kind }) => kind === 'based' || kind === 'ratio' || kind === 'time');
  const named = statement ?? numeral;
  if (named !== undefined) return nameRule(named);
  const isScalar = (value: Value): boolean =>
    value.kind === 'number' ||
    value.kind === 'expression' ||
    value.kind === 'quantity' ||
    value.kind === 'alternatives';
  return isScalar(a) && isScalar(b) ? 'expression' : undefined;
}
