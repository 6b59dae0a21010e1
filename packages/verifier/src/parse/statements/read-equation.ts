import { isDigit } from '../../chars.ts';
import type { Expression } from '../../expression/expression.ts';
import { listSymbols } from '../../expression/symbols.ts';
import { findClosing } from '../../text/brackets.ts';
import type { Reader } from '../reader.ts';
import { splitClauses } from '../split-clauses.ts';
import { splitRelations } from '../split-relations.ts';
import { type AssignmentValue, type ChainSide, listExpressions, type Value } from '../values.ts';
import { readCongruence } from './read-congruence.ts';
import { isVariable, type Name, readCalculation, readName } from './read-name.ts';
import { readValues } from './read-values.ts';

const askedKinds: ReadonlySet<Expression['kind']> = new Set<Expression['kind']>(['symbol', 'application', 'bound']);

type Entry = AssignmentValue['entries'][number];

interface Side {
  readonly text: string;
  readonly isApproximate: boolean;
}

/**
 * Reads one equation or chain of equations: `x = 5`, `x = y = 5`, `f(x) = (x+1)^2 = ...`, `2x + 3y = 6`, `1/2 = 0.5`.
 * Undefined where it has another sign of relation.
 */
export function readEquation(text: string, reader: Reader): Value | null | undefined {
  const chain = splitRelations(text);
  if (chain === null) return null;
  if (chain.signs.length === 0) return undefined;
  // y \\equiv -1 without a modulus says that a function is constant.
  const isIdentity = chain.signs.join() === '\\equiv' && !text.includes('mod') && chain.sides[0] === 'y';
  if (chain.signs.includes('\\equiv') && !isIdentity) return readCongruence(chain, reader);
  if (!isIdentity && chain.signs.some((sign) => sign !== '=' && sign !== '\\approx')) return undefined;
  const sides = chain.sides.map((side, i): Side => ({ text: side, isApproximate: chain.signs[i - 1] === '\\approx' }));
  return sides.length > 12 || !sides.every((side) => side.text !== '') ? null : readSides(sides, reader);
}

function readSides(sides: readonly Side[], reader: Reader): Value | null {
  const names: (readonly Name[])[] = [];
  for (const side of sides.slice(0, -1)) {
    const read = readNames(side.text, reader);
    if (read === null) break;
    names.push(read);
  }
  const rest = sides.slice(names.length);
  if (names.length === 0) return readUnnamed(sides, reader);
  const value = readChain(rest, reader);
  if (value === null) return readUnnamed(sides, reader);
  const [first = []] = names;
  if (first.length > 1) return names.length === 1 ? nameParts(first, value) : null;
  return (
    nameValue(
      names.map(([name]) => name as Name),
      value,
      sides.length,
    ) ?? readUnnamed(sides, reader)
  );
}

/** One name, or those of `(x, y)`. */
function readNames(text: string, reader: Reader): readonly Name[] | null {
  if (text.startsWith('(') && text.endsWith(')') && findClosing(text, 0) === text.length - 1) {
    const names = splitClauses(text.slice(1, -1))?.map((clause) => readName(clause.text)) ?? [];
    return names.length > 1 && names.every((name) => name !== null) ? names : null;
  }
  const name = readName(text) ?? readCalculation(text);
  if (name === null) return null;
  // \log_2 8 is a number, and |x + 1| an expression.
  return isVariable(text) || name.parameters.length > 0 || isAsked(reader.readExpression(text)) ? [name] : null;
}

/** What has no value by itself is asked for: a mean, a term of a sequence, a limit, and what is not read at all. */
function isAsked(expression: Expression | null): boolean {
  return expression === null || askedKinds.has(expression.kind);
}

/** `(x, y) = (1, 2)` names each; of several points the names stay together. */
function nameParts(names: readonly Name[], value: Value): Value | null {
  if (value.kind === 'tuple' && (value.open === '(') === (value.close === ')') && value.items.length === names.length) {
    return { kind: 'assignment', entries: names.map(({ name }, i) => ({ name, value: value.items[i] as Value })) };
  }
  return { kind: 'assignment', entries: [{ name: `(${names.map(({ name }) => name).join(',')})`, value }] };
}

/** Null where the name stands on the right side too, so that it names nothing. */
function nameValue(names: readonly Name[], value: Value, sideCount: number): Value | null {
  const last = names.at(-1) as Name;
  const symbols = listAllSymbols(value);
  const function_ = names.find(({ parameters, head }) => isFunction({ parameters, symbols, head }));
  if (function_ !== undefined) {
    return { kind: 'function', name: function_.head, parameters: function_.parameters, body: value };
  }
  if (names.some(({ name }) => symbols.includes(name))) return null;
  const isSymmetric = symbols.length === 1 && value.kind === 'expression' && value.expression.kind === 'symbol';
  if (isSymmetric && sideCount === 2 && last.parameters.length === 0 && last.name.length === 1) return null;
  return { kind: 'assignment', entries: names.map(({ name }): Entry => ({ name, value })) };
}

interface Call {
  readonly parameters: readonly string[];
  readonly symbols: readonly string[];
  readonly head: string;
}

/** `E(X) = 3` is the value of something, and `f(x) = 3` a function that is constant. */
function isFunction({ parameters, symbols, head }: Call): boolean {
  if (parameters.length === 0) return false;
  if (parameters.some((name) => symbols.includes(name))) return true;
  return parameters.every((name) => /^[a-z]/.test(name)) && !/^[PE]$|_$/.test(head);
}

function listAllSymbols(value: Value): readonly string[] {
  return [...new Set(listExpressions(value).flatMap(listSymbols))];
}

/** Sides that all are values. A lone `e` or `i` may be a name after all, and a name may stand last. */
function readUnnamed(sides: readonly Side[], reader: Reader): Value | null {
  const [first, last] = [sides[0], sides.at(-1)] as [Side, Side];
  // 5 = 5 says nothing of 5: it holds of anything.
  if (sides.every(({ text }) => text === first.text)) return null;
  if (sides.length === 2) {
    const name = readName(last.text);
    const isNamed = name !== null && name.parameters.length === 0;
    const value = isNamed ? readChain([first], reader) : null;
    if (name !== null && value !== null && listAllSymbols(value).length === 0) return nameValue([name], value, 2);
  }
  if ((first.text === 'e' || first.text === 'i') && sides.length === 2) {
    const value = readChain(sides.slice(1), reader);
    return value === null ? null : { kind: 'assignment', entries: [{ name: first.text, value }] };
  }
  const chain = readChain(sides, reader);
  if (chain === null || listAllSymbols(chain).length === 0 || chain.kind !== 'chain') return chain;
  const parts = chain.sides.slice(1).map(({ value }, i): Value => {
    const left = chain.sides[i]?.value as Value;
    return { kind: 'relation', operator: '=', left, right: value };
  });
  return parts.length === 1 ? (parts[0] as Value) : { kind: 'condition', joiner: 'and', parts };
}

/** One side is its value, and several are a chain. */
function readChain(sides: readonly Side[], reader: Reader): Value | null {
  const read: ChainSide[] = [];
  for (const { text, isApproximate } of sides) {
    const value = readValues(text, reader);
    if (value === null) return null;
    read.push({ value, places: countPlaces(text), isApproximate });
  }
  return read.length === 1 ? (read[0] as ChainSide).value : { kind: 'chain', sides: read };
}

/** The decimal places of a text that is a decimal, with a sign or a unit; 0 for any other. */
function countPlaces(text: string): number {
  const point = text.indexOf('.');
  let end = point + 1;
  while (isDigit(text.charCodeAt(end))) end++;
  const isDecimal = point >= 0 && /^[-+]?[\d,{}]*$/.test(text.slice(0, point)) && !/[\d^*/+(\\]/.test(text.slice(end));
  return isDecimal ? end - point - 1 : 0;
}
