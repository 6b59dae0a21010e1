import { isDigit, skipDigits } from '../../chars.ts';
import type { Expression } from '../../expression/expression.ts';
import { listSymbols } from '../../expression/symbols.ts';
import type { Reader } from '../reader.ts';
import type { Clause } from '../split-clauses.ts';
import { type RelationSign, splitRelations } from '../split-relations.ts';
import type { RelationValue, Value } from '../values.ts';
import { type Atom, finishAtom, joinAtoms, joinClauses, makeAtom, solveAtom } from './join-atoms.ts';
import { complementPieces } from './pieces.ts';
import { readSet } from './read-set.ts';
import { readSetBuilder } from './read-set-builder.ts';
import type { Inequality, Operator } from './solve-inequality.ts';

/** How each sign is kept, and whether its sides change places. */
const operators: ReadonlyMap<RelationSign, readonly [operator: Operator, isFlipped: boolean]> = new Map<
  RelationSign,
  readonly [Operator, boolean]
>([
  ['=', ['=', false]],
  ['<', ['<', false]],
  ['>', ['<', true]],
  ['\\le', ['\\le', false]],
  ['\\ge', ['\\le', true]],
  ['\\ne', ['\\ne', false]],
]);

/** A clause, wherever it stands. */
export type ClauseText = Pick<Clause, 'text' | 'joiner'>;

/**
 * The meaning of clauses of which at least one has a sign of inequality or membership: a region where they are about
 * one variable, else a relation, or a condition of several. Null where one of them is not understood. A variable that
 * is given is the one that is solved for, and other letters are numbers.
 */
export function solveRelations(clauses: readonly ClauseText[], reader: Reader, variable?: string): Value | null {
  const joined = joinThousands(clauses.flatMap(splitUnion));
  const builder = readBareBuilder(clauses, reader);
  if (builder !== undefined) return builder;
  const atoms: Atom[] = [];
  let head = '';
  for (const { text } of joined) {
    const chain = splitRelations(text);
    if (chain === null || !reader.fuel.spend(20)) return null;
    const [first, last] = [chain.signs[0], chain.signs.at(-1)];
    // `x \ne 2, 3`: what has no sign of its own has that of the clause before.
    const atom = readClause(first === undefined ? head + text : text, { reader, variable });
    if (atom === null) return null;
    if (chain.signs.length === 1 && (last === '\\ne' || last === '=')) head = `${chain.sides[0]}${last} `;
    else if (first !== undefined) head = '';
    atoms.push(atom);
  }
  const atom = joinClauses(atoms, joined.map(({ joiner }) => joiner).slice(1), reader.fuel);
  return atom && finishAtom(atom);
}

/** `x | x > 3`, which is what is left of a set whose braces were plain. */
function readBareBuilder(clauses: readonly ClauseText[], reader: Reader): Value | null | undefined {
  const text = clauses[0]?.text ?? '';
  const bar = /^[a-z](?:\\in\\mathbb [RZN])?(?:\||\\mid)/.exec(text)?.[0];
  if (bar === undefined) return undefined;
  const words = { comma: ',', semicolon: ';', given: ';', and: ' and ', or: ' or ' };
  const all = clauses.map(({ text, joiner }) => (joiner === null ? '' : words[joiner]) + text).join('');
  return readSetBuilder(`\\{${all}\\}`, reader);
}

/** `x < 1 \cup x > 3` stands for "or". */
function splitUnion(clause: ClauseText): readonly ClauseText[] {
  const parts = clause.text.includes('\\cup') ? clause.text.split('\\cup') : [];
  const isUnion =
    parts.length > 1 && parts.every((part) => /[<>]|\\[lg]e(?![a-z])/.test(part) && !/[()[\]]/.test(part));
  if (!isUnion) return [clause];
  return parts.map((part, i) => ({ text: part.trim(), joiner: i === 0 ? clause.joiner : 'or' }));
}

/** `x > 1,000`: its comma separates no clauses. */
function joinThousands(clauses: readonly ClauseText[]): readonly ClauseText[] {
  const joined: ClauseText[] = [];
  for (const clause of clauses) {
    const last = joined.at(-1);
    const isGroup = clause.joiner === 'comma' && skipDigits(clause.text, 0) === 3;
    if (last !== undefined && isGroup && endsInGroup(last.text) && !(hasSign(last.text) && hasSign(clause.text))) {
      joined[joined.length - 1] = { ...last, text: last.text + clause.text };
    } else joined.push(clause);
  }
  return joined;
}

function endsInGroup(text: string): boolean {
  let start = text.length;
  while (isDigit(text.charCodeAt(start - 1))) start--;
  const width = text.length - start;
  const isLed = text.charCodeAt(start) === 48 || text.charCodeAt(start - 1) === 46;
  return width > 0 && width <= 3 && !isLed && !text.includes('\\ne');
}

function hasSign(text: string): boolean {
  return splitRelations(text)?.signs.length !== 0;
}

interface Context {
  readonly reader: Reader;
  readonly variable: string | undefined;
}

function readClause(text: string, context: Context): Atom | null {
  const chain = splitRelations(text);
  if (chain === null || chain.signs.length === 0) return null;
  const { sides, signs } = chain;
  if (signs.some((sign) => sign === '\\in' || sign === '\\notin')) {
    return signs.length === 1
      ? readMembership(sides[0] as string, sides[1] as string, signs[0] === '\\notin', context)
      : null;
  }
  const inequalities: Inequality[] = [];
  for (const [i, sign] of signs.entries()) {
    const found = operators.get(sign);
    const pair = [sides[i] as string, sides[i + 1] as string] as const;
    if (found === undefined || pair.includes('')) return null;
    const [operator, isFlipped] = found;
    const [left, right] = isFlipped ? [pair[1], pair[0]] : pair;
    if (isTrivial(left, right, operator)) continue;
    const more = readInequalities(left, operator, right, context.reader);
    if (more === null) return null;
    // `x \ne \pm 2` is both, and `x = \pm 2` is one of the two.
    if (more.length > 1 && signs.length > 1) return null;
    if (more.length > 1)
      return joinAtoms(
        operator === '=' ? 'or' : 'and',
        more.map((one) => solve([one], context)),
        context.reader.fuel,
      );
    inequalities.push(...more);
  }
  return inequalities.length === 0 ? null : solve(inequalities, context);
}

/** `-\infty < x` says nothing. */
function isTrivial(left: string, right: string, operator: Operator): boolean {
  return (
    (operator === '<' || operator === '\\le') && (left === '-\\infty' || right === '\\infty' || right === '+\\infty')
  );
}

function readInequalities(
  left: string,
  operator: Operator,
  right: string,
  reader: Reader,
): readonly Inequality[] | null {
  const rights = right.startsWith('\\pm') && (operator === '=' || operator === '\\ne') ? splitSign(right) : [right];
  const from = reader.readExpression(left);
  const inequalities: Inequality[] = [];
  for (const text of rights) {
    const to = reader.readExpression(text);
    if (from === null || to === null) return null;
    inequalities.push({ left: from, operator, right: to });
  }
  return inequalities;
}

function splitSign(text: string): readonly string[] {
  const rest = text.slice(3).trim();
  return [rest, `-${rest}`];
}

function solve(inequalities: readonly Inequality[], { reader, variable }: Context): Atom {
  const symbols = new Set(inequalities.flatMap(({ left, right }) => [...listSymbols(left), ...listSymbols(right)]));
  const [only] = symbols;
  const solved = variable !== undefined && symbols.has(variable) ? variable : symbols.size === 1 ? only : undefined;
  return solveAtom(inequalities, solved ?? null, reader.fuel);
}

/** `x \in (1,2)`, `x \notin \{3\}`, `n \in \mathbb{Z}`. */
function readMembership(left: string, right: string, isOutside: boolean, { reader }: Context): Atom | null {
  const element = reader.readExpression(left);
  const set = element === null ? null : readSet(/^[RZNQ]$/.test(right) ? `\\mathbb ${right}` : right, reader);
  if (element === null || set === null || set === undefined) return null;
  const value: RelationValue = { kind: 'relation', operator: '\\in', left: toValue(element), right: set };
  if (set.kind === 'words' && !isOutside) return makeAtom({ value, variable: nameOf(element), domain: set.text });
  if (set.kind === 'tuple' || set.kind === 'condition') return isOutside ? null : makeAtom({ value });
  if (set.kind !== 'region' || element.kind !== 'symbol') return null;
  const pieces = isOutside ? complementPieces(set.pieces, reader.fuel) : set.pieces;
  return pieces && makeAtom({ value, variable: element.name, pieces, isLiteral: true });
}

function nameOf(expression: Expression): string | null {
  return expression.kind === 'symbol' ? expression.name : null;
}

function toValue(expression: Expression): Value {
  return { kind: 'expression', expression };
}
