import type { Fuel } from '../../fuel.ts';
import type { Joiner } from '../split-clauses.ts';
import type { Piece, Value } from '../values.ts';
import { everything, intersectPieces, isWhole, unitePieces } from './pieces.ts';
import { restrictToDomain } from './restrict-to-domain.ts';
import { type Inequality, solveInequality } from './solve-inequality.ts';

/** What one clause says. */
export interface Atom {
  /** The clause as a relation or condition, unsolved. */
  readonly value: Value;
  /** What it is about, where that is one variable. */
  readonly variable: string | null;
  /** The values of the variable, where they are known. */
  readonly pieces: readonly Piece[] | null;
  /** The name of a set of whole or rational numbers that the variable is in. */
  readonly domain: string | null;
  /** Whether the set was written and not solved for. */
  readonly isLiteral: boolean;
}

export function makeAtom(atom: Partial<Atom> & { readonly value: Value }): Atom {
  return { variable: null, pieces: null, domain: null, isLiteral: false, ...atom };
}

/** Inequalities that hold together, solved for the variable where there is one. */
export function solveAtom(inequalities: readonly Inequality[], variable: string | null, fuel: Fuel): Atom {
  let pieces: readonly Piece[] | null = variable === null ? null : everything;
  for (const inequality of inequalities) {
    const solved = pieces && variable !== null ? solveInequality(inequality, variable, fuel) : null;
    pieces = pieces && solved && intersectPieces(pieces, solved, fuel);
  }
  const relations = inequalities.map(({ left, operator, right }): Value => {
    const [from, to] = [left, right].map((expression): Value => ({ kind: 'expression', expression }));
    return { kind: 'relation', operator, left: from as Value, right: to as Value };
  });
  return makeAtom({ value: makeCondition('and', relations), variable, pieces });
}

function makeCondition(joiner: 'and' | 'or', values: readonly Value[]): Value {
  const parts = values.flatMap((value) =>
    value.kind === 'condition' && value.joiner === joiner ? value.parts : [value],
  );
  return parts.length === 1 ? (parts[0] as Value) : { kind: 'condition', joiner, parts };
}

/**
 * Clauses by what stands between them. "and" binds tighter than "or". A comma is the word that ends its list (`x < 1,
 * x = 2, or x > 3`); behind that it adds a condition; and without any word it is "and" as far as that leaves anything.
 * What is given, and a set of all numbers that stands first (`x \in \mathbb{R}, x < 1 or x > 2`), limits all of the rest.
 */
export function joinClauses(atoms: readonly Atom[], joiners: readonly (Joiner | null)[], fuel: Fuel): Atom | null {
  const word = joiners.findIndex((joiner) => joiner === 'and' || joiner === 'or');
  if (word === -1) {
    const both = joinAtoms('and', atoms, fuel);
    return both?.pieces?.length === 0 && atoms.length > 1 && !joiners.includes('given')
      ? joinAtoms('or', atoms, fuel)
      : both;
  }
  const groups: Atom[][][] = [[[atoms[0] as Atom]]];
  for (const [i, joiner] of joiners.entries()) {
    const atom = atoms[i + 1] as Atom;
    const isGiven = joiner === 'given' || (i === 0 && isUniverse(atoms[0] as Atom));
    const known = joiner === 'and' || joiner === 'or' ? joiner : i < word && !isGiven ? joiners[word] : 'also';
    const group = groups.at(-1) as Atom[][];
    if (known === 'also') groups.push([[atom]]);
    else if (known === 'or') group.push([atom]);
    else (group.at(-1) as Atom[]).push(atom);
  }
  const join = (joiner: 'and' | 'or', parts: readonly (Atom | null)[]): Atom | null =>
    parts.includes(null) ? null : joinAtoms(joiner, parts as readonly Atom[], fuel);
  return join(
    'and',
    groups.map((group) =>
      join(
        'or',
        group.map((parts) => joinAtoms('and', parts, fuel)),
      ),
    ),
  );
}

function isUniverse({ domain, isLiteral, pieces }: Atom): boolean {
  return domain !== null || (isLiteral && pieces?.length === 1 && pieces.every(isWhole));
}

export function joinAtoms(joiner: 'and' | 'or', atoms: readonly Atom[], fuel: Fuel): Atom | null {
  const [first] = atoms;
  if (atoms.length === 1 && first !== undefined) return first;
  const names = [...new Set(atoms.map(({ variable }) => variable))];
  const hasDomain = atoms.some(({ domain }) => domain !== null);
  // x = 2\pi n, n \in Z is a value for each n, and none of the relations that are joined here.
  if (hasDomain && (joiner === 'or' || atoms.some(isEquation))) return null;
  if (names.length === 1 && names[0] !== null) return joinSame(joiner, atoms, fuel);
  const isSorted = joiner === 'and' && names.length < atoms.length;
  const groups: readonly (Atom | null)[] = isSorted
    ? names.flatMap((name) => {
        const group = atoms.filter(({ variable }) => variable === name);
        return name === null ? group : [joinSame('and', group, fuel)];
      })
    : atoms;
  if (groups.includes(null)) return null;
  return makeAtom({ value: makeCondition(joiner, (groups as readonly Atom[]).map(finishAtom)) });
}

function isEquation({ value, pieces }: Atom): boolean {
  return pieces === null && value.kind === 'relation' && value.operator === '=';
}

/** Of one variable. */
function joinSame(joiner: 'and' | 'or', atoms: readonly Atom[], fuel: Fuel): Atom | null {
  const inDomains = atoms.filter(({ domain }) => domain !== null);
  const others = atoms.filter(({ domain }) => domain === null);
  let pieces = others[0]?.pieces ?? null;
  for (const atom of others.slice(1)) {
    if (pieces === null || atom.pieces === null) pieces = null;
    else if (joiner === 'and') pieces = intersectPieces(pieces, atom.pieces, fuel);
    else pieces = unitePieces([...pieces, ...atom.pieces], fuel);
  }
  const { variable } = atoms[0] as Atom;
  const value = makeCondition(
    joiner,
    atoms.map(({ value }) => value),
  );
  if (inDomains.length === 0)
    return makeAtom({ value, variable, pieces, isLiteral: atoms.some((atom) => atom.isLiteral) });
  const domain = inDomains[0]?.domain as string;
  if (inDomains.length > 1 || pieces === null) return inDomains.length === 1 ? makeAtom({ value, variable }) : null;
  const restricted = restrictToDomain({ kind: 'region', variable, pieces }, domain, fuel);
  return restricted && makeAtom({ value: restricted, variable });
}

/**
 * The value of what was joined. A condition that never or always holds stays as it is written: `x < x` and `x + 1 < x`
 * hold for the same numbers, and are not one answer.
 */
export function finishAtom({ value, variable, pieces, isLiteral }: Atom): Value {
  if (pieces === null) return value;
  const isTrivial = pieces.length === 0 || pieces.some(isWhole);
  return isTrivial && !isLiteral ? value : { kind: 'region', variable, pieces };
}
