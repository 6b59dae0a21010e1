import type { Expression } from '../../expression/expression.ts';
import { makeSymbol } from '../../expression/expression-parts.ts';
import { listSymbols, replaceSymbols } from '../../expression/symbols.ts';
import type { AssignmentValue, ConditionValue, FunctionValue, RelationValue, Value } from '../../parse/values.ts';
import { isContainer, isUnderstood } from '../../parse/values.ts';
import type { Comparison } from '../comparison.ts';
import { apart, apartIfUnderstood, type Relation, unknown } from '../relation.ts';
import { subtract, toExpression, zero } from './algebra.ts';
import { compareInOrder, withPolicy } from './combine.ts';
import { compareEquations, compareWithRoots } from './compare-equations.ts';
import { isDetached } from './compare-functions.ts';
import { toResidues } from './compare-relations.ts';

/** Named values against named values, a function, an equation, or values without names. */
export function compareAssignment(a: AssignmentValue, b: Value, comparison: Comparison): Relation {
  if (b.kind === 'assignment') return compareNamed(a, b, comparison);
  if (b.kind === 'function') return compareWithFunction(a, b, comparison);
  if (b.kind === 'relation') return compareWithRelation(a, b, comparison);
  if (b.kind === 'condition') return compareWithCondition(a, b);
  return compareWithBare(a, b, comparison);
}

/** Statements that name something else say something else; equations may yet be solved by the values. */
function compareWithCondition(a: AssignmentValue, b: ConditionValue): Relation {
  const names = new Set(a.entries.map(({ name }) => name));
  const isOther = b.parts.some(
    (part) => part.kind === 'assignment' && part.entries.some(({ name }) => !names.has(name)),
  );
  return isOther ? apartIfUnderstood(a, b) : unknown;
}

function compareNamed(a: AssignmentValue, b: AssignmentValue, comparison: Comparison): Relation {
  const names = new Map(b.entries.map((entry) => [entry.name, entry.value]));
  if (a.entries.length === b.entries.length && a.entries.every(({ name }) => names.has(name))) {
    const pairs = a.entries.map(({ name, value }) => [value, names.get(name) as Value] as const);
    return orNumbered(a, compareInOrder(pairs, comparison), () => compareInTurn(a, [...names.values()], comparison));
  }
  const numbered = compareNumbered(a, b, comparison) ?? compareNumbered(b, a, comparison);
  if (numbered !== undefined) return numbered;
  const [left, right] = [toDifference(a), toDifference(b)];
  if (left !== null && right !== null) {
    const relation = compareEquations(left, right, comparison);
    if (relation.kind === 'same') return relation;
    // F = ma and a = F/m say the same, but for where a divisor vanishes.
    const isMutual = [left, right].every((each) =>
      [...names.keys(), ...a.entries.map(({ name }) => name)].every((name) => listSymbols(each).includes(name)),
    );
    if (isMutual) return relation;
  }
  // A quantity in words may be another's letter: Area = 5 and A = 5.
  const [first, second] = [a.entries[0], b.entries[0]];
  if (a.entries.length !== 1 || b.entries.length !== 1 || first === undefined || second === undefined)
    return apartIfUnderstood(a, b);
  const mayBeOne =
    [first.name, second.name].some((name) =>
      /^[A-Za-z][A-Za-z' -]{3,}$|\\begin|\\(?:frac|cos|sin|tan|sqrt).*\d/.test(name),
    ) || [first.name, second.name].every((name) => /\\(?:i*int|oint|lim|sum|prod|frac)(?![a-z])|\|.*\|/.test(name));
  return mayBeOne && comparison.compare(first.value, second.value).kind !== 'apart' ? unknown : apartIfUnderstood(a, b);
}

/** Two numbered unknowns may be the roots of one equation, whose order says nothing, as well as coordinates. */
function orNumbered(a: AssignmentValue, relation: Relation, compareTurned: () => Relation): Relation {
  const [first, second] = a.entries.map(({ name }) => /^([a-z])_[12]$/.exec(name)?.[1]);
  const mayBeRoots = relation.kind === 'apart' && a.entries.length === 2 && first !== undefined && first === second;
  return mayBeRoots && compareTurned().kind === 'same' ? unknown : relation;
}

/** The values in another order. */
function compareInTurn({ entries }: AssignmentValue, items: readonly Value[], comparison: Comparison): Relation {
  const values = entries.map(({ value }) => value);
  return comparison.compare({ kind: 'list', items: values }, { kind: 'list', items });
}

/** `x_1 = 1, x_2 = 2` numbers the values of x. */
function compareNumbered(a: AssignmentValue, b: AssignmentValue, comparison: Comparison): Relation | undefined {
  const [only] = b.entries;
  if (b.entries.length !== 1 || only === undefined || a.entries.length < 2) return undefined;
  if (!a.entries.every(({ name }) => name.startsWith(`${only.name}_`))) return undefined;
  const list: Value = { kind: 'list', items: a.entries.map(({ value }) => value) };
  return withPolicy(comparison.compare(list, only.value), 'assignment-label');
}

/** `x = 5` as x - 5; null where it names several things, or no scalar. */
export function toDifference(value: Value): Expression | null {
  if (value.kind === 'relation') {
    const [left, right] = [toExpression(value.left), toExpression(value.right)];
    return left === null || right === null || value.operator !== '=' ? null : subtract(left, right);
  }
  const [entry] = value.kind === 'assignment' && value.entries.length === 1 ? value.entries : [];
  const expression = entry === undefined ? null : toExpression(entry.value);
  return entry === undefined || expression === null ? null : subtract(makeSymbol(entry.name), expression);
}

/** `y = 2x + 1` is how the function f is often given; the letter of another function is another function. */
function compareWithFunction(a: AssignmentValue, b: FunctionValue, comparison: Comparison): Relation {
  const [entry] = a.entries;
  if (a.entries.length !== 1 || entry === undefined || isDetached(b)) return unknown;
  const relation = comparison.compare(entry.value, b.body);
  const isSameName = entry.name === b.name || b.name === '' || /^[a-eij-or-z]$/.test(entry.name);
  if (relation.kind === 'same') return isSameName ? withPolicy(relation, 'assignment-label') : unknown;
  return relation;
}

function compareWithRelation(a: AssignmentValue, b: RelationValue, comparison: Comparison): Relation {
  const residues = toResidues(b);
  if (residues !== null) return comparison.compare(residues, a);
  const equation = toDifference(b);
  if (equation === null) return apartIfUnderstood(a, b);
  const [entry] = a.entries;
  if (a.entries.length === 1 && entry?.value.kind === 'list')
    return compareRoots(equation, entry.name, entry.value.items, comparison);
  const named = toDifference(a);
  if (named !== null && entry !== undefined) {
    const relation = compareEquations(named, equation, comparison);
    if (relation.kind !== 'unknown') return relation;
    const root = toExpression(entry.value);
    const isOwn = listSymbols(equation).join() === entry.name;
    return root === null || !isOwn ? relation : compareWithRoots(equation, entry.name, [root], comparison);
  }
  return compareWithPoint(a, equation, comparison);
}

function compareRoots(equation: Expression, name: string, items: readonly Value[], comparison: Comparison): Relation {
  const roots = items.map(toExpression);
  if (!roots.every((root) => root !== null)) return unknown;
  return compareWithRoots(equation, name, roots, comparison);
}

/** One point does not solve an equation that it does not solve, and is not all of a line. */
function compareWithPoint(a: AssignmentValue, equation: Expression, comparison: Comparison): Relation {
  const values = new Map<string, Expression>();
  for (const { name, value } of a.entries) {
    const expression = toExpression(value);
    if (expression !== null) values.set(name, expression);
  }
  const there = replaceSymbols(equation, values);
  return comparison.compareExpressions(there, zero).kind === 'apart' ? apart : unknown;
}

/** `x = 5` is 5 under a policy, and `a = 1, b = 2` is `(1, 2)` and `1, 2` in this order. */
function compareWithBare(a: AssignmentValue, b: Value, comparison: Comparison): Relation {
  const [entry] = a.entries;
  if (a.entries.length === 1 && entry !== undefined) {
    const relation = comparison.compare(entry.value, b);
    // x = y is a line more often than a name of y.
    const isLine = entry.value.kind === 'expression' && entry.value.expression.kind === 'symbol';
    return relation.kind === 'same' && isLine ? unknown : withPolicy(relation, 'assignment-label');
  }
  if (b.kind === 'tuple' || b.kind === 'list') {
    if (b.items.length !== a.entries.length) return apartIfUnderstood(a, b);
    const compareEntries = (entries: AssignmentValue['entries']): Relation => {
      const pairs = entries.map(({ value }, i) => [value, b.items[i] as Value] as const);
      return withPolicy(compareInOrder(pairs, comparison), 'assignment-label');
    };
    // A point has its coordinates by name; what is only listed may follow the order in which it was named.
    const relation = compareEntries(sortCoordinates(a.entries));
    if (b.kind === 'tuple') return relation;
    const isAsNamed = relation.kind === 'apart' && compareEntries(a.entries).kind === 'same';
    return isAsNamed ? unknown : orNumbered(a, relation, () => compareInTurn(a, b.items, comparison));
  }
  const list: Value = { kind: 'list', items: a.entries.map(({ value }) => value) };
  const relation = comparison.compare(list, b);
  return relation.kind === 'same' || !(isContainer(b) || isUnderstood(b)) ? unknown : relation;
}

/** `y = 2, x = 1` is the point (1, 2). Names of more than a letter keep their order. */
function sortCoordinates(entries: AssignmentValue['entries']): AssignmentValue['entries'] {
  if (!entries.every(({ name }) => /^(?:[A-Za-z]|\\[a-z]+)(?:_\w)?$/.test(name))) return entries;
  return entries.toSorted((x, y) => (x.name < y.name ? -1 : 1));
}
