import type { AssignmentValue, FunctionValue, Value } from '../values.ts';

/**
 * Statements that hold together, or of which one holds, as one value. Several values of one name are a list, and
 * several solutions for the same names a list of points.
 */
export function joinStatements(groups: readonly (readonly Value[])[]): Value {
  const parts = groups.map(joinAll);
  if (parts.length === 1) return parts[0] as Value;
  return joinAssignments(parts) ?? joinFunctions(parts) ?? { kind: 'condition', joiner: 'or', parts };
}

function joinAll(parts: readonly Value[]): Value {
  if (parts.length === 1) return parts[0] as Value;
  return joinEntries(parts) ?? joinFunctions(parts) ?? { kind: 'condition', joiner: 'and', parts };
}

/** `a = 1` and `b = 2`; `x = 1` and `x = 2` are two values of x. */
function joinEntries(parts: readonly Value[]): Value | null {
  if (!parts.every(isAssignment)) return null;
  const entries = parts.flatMap((part) => part.entries);
  const names = [...new Set(entries.map(({ name }) => name))];
  if (names.length === entries.length) return { kind: 'assignment', entries };
  const rounds = entries.length / names.length;
  const isInTurn = entries.every(({ name }, i) => name === names[i % names.length]);
  if (!Number.isInteger(rounds) || !isInTurn) return null;
  const solutions = Array.from({ length: rounds }, (_, i): AssignmentValue => {
    return { kind: 'assignment', entries: entries.slice(i * names.length, (i + 1) * names.length) };
  });
  return joinAssignments(solutions);
}

function joinAssignments(parts: readonly Value[]): Value | null {
  if (!parts.every(isAssignment)) return null;
  const names = parts[0]?.entries.map(({ name }) => name) ?? [];
  const points: Value[] = [];
  for (const { entries } of parts) {
    const items = names.map((name) => entries.find((entry) => entry.name === name)?.value);
    if (entries.length !== names.length || !items.every((item) => item !== undefined)) return null;
    if (items.length > 1) points.push({ kind: 'tuple', open: '(', close: ')', items });
    else points.push(...listValues(items[0] as Value));
  }
  const name = names.length === 1 ? (names[0] as string) : `(${names.join(',')})`;
  return { kind: 'assignment', entries: [{ name, value: { kind: 'list', items: points } }] };
}

/** `f(x) = 0` and `f(x) = x` are two solutions. */
function joinFunctions(parts: readonly Value[]): Value | null {
  const [first] = parts;
  if (first?.kind !== 'function') return null;
  const key = nameFunction(first);
  if (!parts.every((part): part is FunctionValue => part.kind === 'function' && nameFunction(part) === key))
    return null;
  return { ...first, body: { kind: 'list', items: parts.flatMap(({ body }) => listValues(body)) } };
}

function nameFunction({ name, parameters }: FunctionValue): string {
  return `${name}(${parameters.join(',')})`;
}

function listValues(value: Value): readonly Value[] {
  return value.kind === 'list' ? value.items : [value];
}

function isAssignment(value: Value): value is AssignmentValue {
  return value.kind === 'assignment';
}
