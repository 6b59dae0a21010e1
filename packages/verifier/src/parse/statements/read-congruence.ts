import type { Reader } from '../reader.ts';
import type { RelationChain } from '../split-relations.ts';
import type { Value } from '../values.ts';

const modulus = /^(.*?)\(?(?:\\pmod|\\bmod|\\mod|\\operatorname\{mod\}|\\text\{mod\}|mod) ?\{?(\d+)\}?\)?$/;

/** `x \equiv 3 \pmod 7`: the residue and its modulus as a pair. */
export function readCongruence({ sides, signs }: RelationChain, reader: Reader): Value | null {
  const [left, right = ''] = sides;
  const [, residue, size] = right.length > 100 || signs.length !== 1 ? [] : (modulus.exec(right) ?? []);
  if (left === undefined || residue === undefined || size === undefined) return null;
  const values = [left, residue, size].map((text) => reader.readValue(text.trim()));
  if (!values.every((value) => value !== null)) return null;
  const [name, remainder, whole] = values as [Value, Value, Value];
  const pair: Value = { kind: 'tuple', open: '(', close: ')', items: [remainder, whole] };
  return { kind: 'relation', operator: '\\equiv', left: name, right: pair };
}
