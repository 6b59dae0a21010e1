import type { Expression } from '../../expression/expression.ts';
import { makeSymbol } from '../../expression/expression-parts.ts';
import { hasConstant, listSymbols, replaceSymbols } from '../../expression/symbols.ts';
import type { FamilyValue, FunctionValue, Value } from '../../parse/values.ts';
import { listExpressions } from '../../parse/values.ts';
import type { Comparison } from '../comparison.ts';
import { listOrders } from '../list-orders.ts';
import { apart, type Relation, unknown } from '../relation.ts';
import { add, isConstant, makeInteger, multiply, negate, subtract, toExpression } from './algebra.ts';
import { withPolicy } from './combine.ts';
import { renameParameters } from './compare-functions.ts';
import { compareLattices, type Progression } from './compare-lattices.ts';
import { toResidues } from './compare-relations.ts';
import { areDependent, compareSpans, type Vector } from './compare-spans.ts';
import { listCoefficients } from './list-coefficients.ts';
import { mapValue } from './map-value.ts';

/** More parameters than this are not matched in every order. */
const mostParameters = 3;

/** Values with parameters: the same where a change of parameters makes one of the other. */
export function compareFamily(a: FamilyValue, b: Value, comparison: Comparison): Relation {
  const other = b.kind === 'relation' ? (toResidues(b) ?? b) : b;
  return other.kind === 'family' ? compareFamilies(a, other, comparison) : compareWithUndeclared(a, other, comparison);
}

function compareFamilies(a: FamilyValue, b: FamilyValue, comparison: Comparison): Relation {
  if (a.body.kind === 'assignment' || b.body.kind === 'assignment') {
    const opened = openLabels(a, b, comparison);
    if (opened !== undefined) return opened;
  }
  if (a.body.kind === 'function' && b.body.kind === 'function') {
    if (a.body.name !== b.body.name || a.body.parameters.length !== b.body.parameters.length) return apart;
    return compareFamilies(openFunction(a, a.body), openFunction(b, b.body), comparison);
  }
  const [left, right] = [shiftPositive(dropUnused(a)), shiftPositive(dropUnused(b))];
  const domains = [left, right].map(({ parameters }) =>
    parameters
      .map(({ domain }) => domain)
      .sort()
      .join(),
  );
  if (domains[0] !== domains[1]) return domains.some((domain) => domain?.includes('N')) ? unknown : apart;
  const progressions = [toProgressions(left), toProgressions(right)] as const;
  if (progressions[0] !== null && progressions[1] !== null)
    return compareLattices(progressions[0], progressions[1], comparison);
  const spans = compareLinear(left, right, comparison);
  return spans.kind === 'unknown' ? compareRenamed(left, right, comparison) : spans;
}

/** `x = 2\pi n` and `2\pi n` are the same family under the policy, and `y = 2\pi n` is another. */
function openLabels(a: FamilyValue, b: FamilyValue, comparison: Comparison): Relation | undefined {
  const [left, right] = [a.body, b.body].map((body) => (body.kind === 'assignment' ? body.entries : []));
  const [entryA, entryB] = [left?.[0], right?.[0]];
  if ((left?.length ?? 0) > 1 || (right?.length ?? 0) > 1) return undefined;
  if (entryA !== undefined && entryB !== undefined && entryA.name !== entryB.name) return apart;
  const relation = compareFamilies(
    { ...a, body: entryA?.value ?? a.body },
    { ...b, body: entryB?.value ?? b.body },
    comparison,
  );
  return entryA === undefined || entryB === undefined ? withPolicy(relation, 'assignment-label') : relation;
}

function openFunction(family: FamilyValue, body: FunctionValue): FamilyValue {
  return { ...family, body: renameParameters(body) };
}

function dropUnused(family: FamilyValue): FamilyValue {
  const used = new Set(listExpressions(family.body).flatMap(listSymbols));
  return { ...family, parameters: family.parameters.filter(({ name }) => used.has(name)) };
}

/** Positive integers are one more than those from zero. */
function shiftPositive(family: FamilyValue): FamilyValue {
  const positive = family.parameters.filter(({ domain }) => domain === 'Z+');
  if (positive.length === 0) return family;
  const next = new Map(positive.map(({ name }) => [name, add(makeSymbol(name), makeInteger(1))]));
  return {
    ...family,
    body: mapValue(family.body, (expression) => replaceSymbols(expression, next)),
    parameters: family.parameters.map(({ name, domain }) => ({ name, domain: domain === 'Z+' ? 'Z0' : domain })),
  };
}

/** The members a + bn of a family with one whole parameter. */
function toProgressions({ body, parameters }: FamilyValue): readonly Progression[] | null {
  const [parameter] = parameters;
  if (parameters.length !== 1 || parameter?.domain !== 'Z') return null;
  const items = body.kind === 'list' || body.kind === 'set' ? body.items : [body];
  const progressions: Progression[] = [];
  for (const item of items) {
    const expression = toExpression(item);
    const [start, step, ...higher] = expression === null ? [] : (listCoefficients(expression, parameter.name) ?? []);
    if (start === undefined || higher.length > 0 || !isConstant(start)) return null;
    if (step === undefined || !isConstant(step)) return null;
    progressions.push({ start, step });
  }
  return progressions.length > 12 ? null : progressions;
}

/** Bodies that are linear in their real parameters: `c_1 e^x + c_2 e^{-x}`, `(1 + t, 2t)`. */
function compareLinear(a: FamilyValue, b: FamilyValue, comparison: Comparison): Relation {
  const [left, right] = [toSpan(a), toSpan(b)];
  if (left === null || right === null || left.offset.length !== right.offset.length) return unknown;
  const spans = compareSpans(left.vectors, right.vectors, comparison);
  if (spans.kind !== 'same') return spans;
  const difference = left.offset.map((part, i) => subtract(part, right.offset[i] as Expression));
  const isZero = difference.every((part) => comparison.compareExpressions(part, makeInteger(0)).kind === 'same');
  const kind = isZero ? 'same' : areDependent([...left.vectors, difference], comparison);
  return kind === 'same' ? spans : kind === 'apart' ? apart : unknown;
}

interface Span {
  readonly vectors: readonly Vector[];
  readonly offset: Vector;
}

function toSpan({ body, parameters }: FamilyValue): Span | null {
  if (parameters.length === 0 || parameters.some(({ domain }) => domain !== 'R')) return null;
  const components = listComponents(body)?.map(toExpression) ?? [];
  if (components.length === 0 || !components.every((part) => part !== null)) return null;
  const vectors: Expression[][] = [];
  let rest: readonly Expression[] = components;
  for (const { name } of parameters) {
    const read = rest.map((part) => listCoefficients(part, name));
    if (!read.every((part) => part !== null && part.length < 3)) return null;
    vectors.push(read.map((part) => part?.[1] ?? makeInteger(0)));
    rest = read.map((part) => part?.[0] ?? makeInteger(0));
  }
  const names = new Set(parameters.map(({ name }) => name));
  const isLinear = vectors.flat().every((part) => !listSymbols(part).some((name) => names.has(name)));
  return isLinear ? { vectors, offset: rest } : null;
}

function listComponents(body: Value): readonly Value[] | null {
  if (body.kind === 'tuple') return body.items;
  if (body.kind === 'matrix') return body.rows.flat();
  if (body.kind === 'function') return [body.body];
  if (body.kind === 'assignment') {
    const entries = [...body.entries].sort((x, y) => (x.name < y.name ? -1 : 1));
    return entries.map(({ value }) => value);
  }
  return toExpression(body) === null ? null : [body];
}

/** Other names in every order, and for whole and real parameters the changes that people make. */
function compareRenamed(a: FamilyValue, b: FamilyValue, comparison: Comparison): Relation {
  if (a.parameters.length > mostParameters) return unknown;
  let isOpen = false;
  for (const order of listOrders(a.parameters)) {
    if (!order.every(({ domain }, i) => domain === b.parameters[i]?.domain)) continue;
    for (const change of listChanges(order.map(({ domain }) => domain))) {
      const names = new Map(
        b.parameters.map(({ name }, i) => [name, change(makeSymbol((order[i] as { name: string }).name))]),
      );
      const body = mapValue(b.body, (expression) => replaceSymbols(expression, names));
      const relation = comparison.compare(a.body, body);
      if (relation.kind === 'same') return relation;
      if (relation.kind === 'unknown') isOpen = true;
    }
  }
  return isOpen ? unknown : apart;
}

type Change = (parameter: Expression) => Expression;

function listChanges(domains: readonly string[]): readonly Change[] {
  const changes: Change[] = [(parameter) => parameter];
  const shifts = [1, -1, 2, -2].map(
    (n): Change =>
      (parameter) =>
        add(parameter, makeInteger(n)),
  );
  if (domains.some((domain) => domain === 'Z' || domain === 'R')) changes.push(negate, ...shifts);
  if (domains.includes('R')) changes.push((parameter) => multiply(makeInteger(2), parameter));
  return changes;
}

/** A side that declares nothing has the parameters of the other, by their names or by others. */
function compareWithUndeclared(a: FamilyValue, b: Value, comparison: Comparison): Relation {
  const names = new Set(listExpressions(a.body).flatMap(listSymbols));
  const own = new Set(a.parameters.map(({ name }) => name));
  const bound = b.kind === 'function' ? b.parameters : [];
  const free = [...new Set(listExpressions(b).flatMap(listSymbols))].filter((name) => !bound.includes(name));
  const undeclared = free.filter((name) => own.has(name) || !names.has(name));
  if (undeclared.length !== own.size) return undeclared.length === 0 && b.kind !== 'region' ? apart : unknown;
  if (isScalar(a.body)) {
    // A letter that nobody declared is an unknown of the problem, unless it is written as a whole number is.
    const areOwn = undeclared.every((name) => own.has(name));
    const areWhole = a.parameters.every(({ domain }) => domain.startsWith('Z')) && undeclared.every(isWholeLetter);
    if (!areOwn && !areWhole) return unknown;
  }
  const parameters = undeclared.map((name, i) => ({ name, domain: a.parameters[i]?.domain ?? 'Z' }));
  if (new Set(parameters.map(({ domain }) => domain)).size > 1) return unknown;
  const relation = compareFamilies(a, { kind: 'family', body: b, parameters }, comparison);
  // k + 1 is another number than k, although both run through all numbers; angles are thought of together.
  const isShifted =
    relation.kind === 'same' && isScalar(a.body) && !hasPeriod(a.body) && !isRenamed(a, b, undeclared, comparison);
  return isShifted ? unknown : withPolicy(relation, 'parameter-undeclared');
}

/** One number for each choice of the parameters, and no point or function. */
function isScalar(body: Value): boolean {
  if (body.kind === 'assignment')
    return body.entries.length === 1 && isScalar((body.entries[0] as { value: Value }).value);
  return body.kind === 'expression' || body.kind === 'quantity' || body.kind === 'number';
}

function isWholeLetter(name: string): boolean {
  return /^[jklmnpqNZ](?:_|$)/.test(name);
}

function hasPeriod(body: Value): boolean {
  return listExpressions(body).some((expression) => hasConstant(expression, 'pi'));
}

function isRenamed(a: FamilyValue, b: Value, undeclared: readonly string[], comparison: Comparison): boolean {
  const names = new Map(undeclared.map((name, i) => [name, makeSymbol(a.parameters[i]?.name ?? name)]));
  const renamed = mapValue(b, (expression) => replaceSymbols(expression, names));
  return comparison.compare(a.body, renamed).kind === 'same';
}
