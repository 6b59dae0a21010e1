import { listSymbols } from '../expression/symbols.ts';
import { hasLetters, isWhole } from '../parse/regions/pieces.ts';
import type { End, Piece, RegionValue, TupleValue, Value } from '../parse/values.ts';
import { isUnderstood } from '../parse/values.ts';
import type { Comparison, FormComparer } from './comparison.ts';
import { isLoneLetter } from './find-doubt.ts';
import { compareConditions } from './regions/compare-conditions.ts';
import { toRegion } from './regions/to-region.ts';
import { apart, joinSame, type Relation, type SameRelation, same, unknown } from './relation.ts';

/** More pieces with letters than this are not matched each with each. */
const mostMatched = 12;

/** Subsets of the real numbers, also against intervals, points, sets and inequalities. */
export const compareRegions: FormComparer = (a, b, comparison) => {
  if (a.kind === 'region')
    return b.kind === 'region' ? compareTwo(a, b, comparison) : compareWithOther(a, b, comparison);
  if (a.kind === 'tuple') return compareTuple(a, b, comparison);
  return compareConditions(a, b, comparison);
};

/** In other brackets a pair of numbers is another interval, and `[3,3]` is the one number 3. */
function compareTuple(a: TupleValue, b: Value, comparison: Comparison): Relation | undefined {
  const isOther = b.kind === 'tuple' && (a.open !== b.open || a.close !== b.close);
  const isScalar = b.kind === 'number' || b.kind === 'expression' || b.kind === 'set';
  if (a.items.length !== 2 || !(isOther || isScalar)) return undefined;
  const [left, right] = [toRegion(a, null, comparison.fuel), toRegion(b, null, comparison.fuel)];
  const relation = left && right && compareTwo(left, right, comparison);
  return relation?.kind === (isScalar ? 'same' : 'apart') ? relation : undefined;
}

function compareWithOther(a: RegionValue, b: Value, comparison: Comparison): Relation | undefined {
  const other = toRegion(b, a.variable, comparison.fuel);
  if (other !== null) {
    const relation = compareTwo(a, other, comparison);
    // Choice (B) may be this region.
    if (b.kind === 'expression' && isLoneLetter(b.expression) && relation.kind === 'apart') return unknown;
    // What always holds may be the question, and no answer to it.
    if (relation.kind === 'same' && b.kind === 'relation' && other.pieces.some(isWhole)) return unknown;
    return b.kind === 'list' && relation.kind === 'same' ? { ...relation, policies: ['order-free'] } : relation;
  }
  switch (b.kind) {
    case 'tuple':
    case 'set':
    case 'list':
      return isUnderstood(b) && !b.items.some((item) => item.kind === 'number' && item.unit !== null) ? apart : unknown;
    case 'relation':
    case 'condition':
      return mayBeSolved(a, b) ? unknown : apart;
    case 'number':
    case 'infinity':
    case 'boolean':
    case 'assignment':
    case 'function':
    case 'matrix':
    case 'ratio':
    case 'based':
    case 'time':
      return apart;
    case 'words':
      return b.text.startsWith('\\mathbb') ? apart : unknown;
    default:
      return unknown;
  }
}

/** A relation in one variable that is not solved may hold for the same numbers; one in several has another kind of solution. */
function mayBeSolved(region: RegionValue, value: Value): boolean {
  if (isOther(value)) return false;
  const symbols = new Set<string>();
  const visit = (part: Value): void => {
    if (part.kind === 'expression') for (const name of listSymbols(part.expression)) symbols.add(name);
    if (part.kind === 'relation') [part.left, part.right].forEach(visit);
    if (part.kind === 'condition') part.parts.forEach(visit);
    if (part.kind === 'region' && part.variable !== null) symbols.add(part.variable);
  };
  visit(value);
  return symbols.size < 2 || region.pieces.some(hasLetters);
}

/** Equations, whole numbers, and what is written like a set and is none. */
function isOther(value: Value): boolean {
  if (value.kind === 'condition') return value.parts.some(isOther);
  if (value.kind === 'relation') return ['=', '\\in'].includes(value.operator) || value.left.kind !== 'expression';
  return value.kind !== 'region' || value.variable === null;
}

/** A set without a variable is that of any. */
function compareTwo(a: RegionValue, b: RegionValue, comparison: Comparison): Relation {
  if (a.variable !== null && b.variable !== null && a.variable !== b.variable) return apart;
  const isGround = !a.pieces.some(hasLetters) && !b.pieces.some(hasLetters);
  // In normal form equal sets have as many pieces; ends with letters may hide that two pieces touch.
  if (a.pieces.length !== b.pieces.length) return isGround ? apart : unknown;
  return isGround ? compareInOrder(a.pieces, b.pieces, comparison) : matchPieces(a.pieces, b.pieces, comparison);
}

function compareInOrder(a: readonly Piece[], b: readonly Piece[], comparison: Comparison): Relation {
  return joinAll(a.map((piece, i) => comparePieces(piece, b[i] as Piece, comparison)));
}

function matchPieces(a: readonly Piece[], b: readonly Piece[], comparison: Comparison): Relation {
  if (a.length > mostMatched) return unknown;
  const free = [...b];
  const found: Relation[] = [];
  for (const piece of a) {
    const relations = free.map((other) => comparePieces(piece, other, comparison));
    const at = relations.findIndex(({ kind }) => kind === 'same');
    if (at === -1) return relations.every(({ kind }) => kind === 'apart') ? apart : unknown;
    found.push(relations[at] as Relation);
    free.splice(at, 1);
  }
  return joinAll(found);
}

function comparePieces(a: Piece, b: Piece, comparison: Comparison): Relation {
  return joinAll([compareEnds(a.low, b.low, comparison), compareEnds(a.high, b.high, comparison)]);
}

function compareEnds(a: End, b: End, comparison: Comparison): Relation {
  if (a.value === null || b.value === null) return a.value === b.value ? same : apart;
  return a.isClosed === b.isClosed ? comparison.compareExpressions(a.value, b.value) : apart;
}

/** The same where all are, apart where one is. */
function joinAll(relations: readonly Relation[]): Relation {
  let joined: SameRelation = same;
  let open: Relation | undefined;
  for (const relation of relations) {
    if (relation.kind === 'apart') return relation;
    if (relation.kind === 'unknown') open ??= relation;
    else joined = joinSame(joined, relation);
  }
  return open ?? joined;
}
