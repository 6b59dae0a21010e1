import { listSymbols } from '../../expression/symbols.ts';
import { readBracket } from '../../text/brackets.ts';
import type { Reader } from '../reader.ts';
import { splitClauses } from '../split-clauses.ts';
import { splitRelations } from '../split-relations.ts';
import { listExpressions, listParts, type Value } from '../values.ts';
import { plainWords } from './read-spoken-set.ts';
import { solveRelations } from './solve-relations.ts';

const separators: readonly string[] = ['\\mid', '|', ':', '\\text{such that}', 'such that'];

/**
 * `\{x \mid x > 3\}` is the region, `\{2k \mid k \in \mathbb{Z}\}` a family, `\{(x,y) \mid x + y < 5\}` the relation of
 * its coordinates. Undefined where the braces hold elements and no condition.
 */
export function readSetBuilder(text: string, reader: Reader): Value | null | undefined {
  const inner = text.slice(2, -2);
  const cut = findSeparator(inner);
  if (cut === undefined) return undefined;
  const head = splitRelations(inner.slice(0, cut.start).trim());
  const clauses = splitClauses(plainWords(inner.slice(cut.end)));
  const [element] = head?.sides ?? [];
  if (!head || clauses === null || element === undefined) return null;
  // What is said of the element before the bar holds as well.
  const isBound = head.signs.length > 0;
  const first = isBound ? [{ text: inner.slice(0, cut.start).trim(), joiner: null } as const] : [];
  const [next, ...others] = clauses;
  const all = next === undefined || !isBound ? clauses : [...first, { ...next, joiner: 'given' as const }, ...others];
  const names = /^\(.*\)$/.test(element) ? element.slice(1, -1).split(',') : [element];
  const symbols = names.map((name) => reader.readExpression(name.trim()));
  if (!symbols.every((symbol) => symbol?.kind === 'symbol')) return readFamily(element, clauses, reader);
  const [variable, ...more] = symbols.map((symbol) => symbol.name);
  if (more.length === 0) return unbind(solveRelations(all, reader, variable), variable as string);
  return bindPoint([variable as string, ...more], solveRelations(clauses, reader));
}

/** The relation of the coordinates says it all where it is about each of them, and they stand in the order of letters. */
function bindPoint(names: readonly string[], value: Value | null): Value | null {
  if (value === null) return null;
  const isPlain = listNames(value).join() === names.join();
  const items = names.map((name): Value => ({ kind: 'expression', expression: { kind: 'symbol', name } }));
  const point: Value = { kind: 'tuple', open: '(', close: ')', items };
  return isPlain ? value : { kind: 'relation', operator: '\\in', left: point, right: value };
}

/** Each once, sorted. */
function listNames(value: Value): readonly string[] {
  const names = new Set(listExpressions(value).flatMap(listSymbols));
  const visit = (part: Value): void => {
    if (part.kind === 'region' && part.variable !== null) names.add(part.variable);
    listParts(part).forEach(visit);
  };
  visit(value);
  return [...names].sort();
}

function readFamily(element: string, clauses: readonly { readonly text: string }[], reader: Reader): Value | null {
  const body = reader.readExpression(element);
  const [only] = clauses;
  const chain = clauses.length === 1 && only !== undefined ? splitRelations(only.text) : null;
  const [name, domain] = chain?.sides ?? [];
  if (body === null || chain?.signs.join() !== '\\in' || name === undefined || !/^\\mathbb [ZN]$/.test(domain ?? ''))
    return null;
  return {
    kind: 'family',
    body: { kind: 'expression', expression: body },
    parameters: [{ name, domain: (domain as string).slice(-1) }],
  };
}

/** The letter of a set is bound: any other would do. */
function unbind(value: Value | null, variable: string): Value | null {
  if (value?.kind === 'region') return value.variable === variable ? { ...value, variable: null } : null;
  if (value === null || value.kind === 'set') return value;
  // Unsolved, it may only be about the one letter.
  if (listNames(value).join() !== variable) return null;
  if (value.kind !== 'condition' || value.joiner !== 'and') return value;
  const [membership, region] = value.parts;
  if (value.parts.length !== 2 || membership?.kind !== 'relation' || region?.kind !== 'region') return value;
  if (membership.operator !== '\\in') return value;
  const element: Value = { kind: 'expression', expression: { kind: 'symbol', name: 'x' } };
  return {
    ...value,
    parts: [
      { ...membership, left: element },
      { ...region, variable: null },
    ],
  };
}

function findSeparator(inner: string): { readonly start: number; readonly end: number } | undefined {
  let depth = 0;
  for (let i = 0; i < inner.length; ) {
    const sign = depth === 0 && i > 0 ? separators.find((each) => inner.startsWith(each, i)) : undefined;
    if (sign !== undefined) return { start: i, end: i + sign.length };
    const { change, width } = readBracket(inner, i);
    depth += change;
    i += width;
  }
  const comma = /^[a-z]\\in ?\\mathbb ?[RZNQ],/.exec(inner)?.[0].length;
  return comma === undefined ? undefined : { start: comma - 1, end: comma };
}
