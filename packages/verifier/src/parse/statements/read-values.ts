import type { Reader } from '../reader.ts';
import { splitClauses } from '../split-clauses.ts';
import type { Value } from '../values.ts';

/** The values that a side of an equation gives: one, or several where a comma, a semicolon or "or" says so. */
export function readValues(text: string, reader: Reader): Value | null {
  const read = reader.readList(text);
  if (read !== null || !text.includes(';')) return read;
  const values: Value[] = [];
  for (const clause of splitClauses(text)?.slice(0, 60) ?? []) {
    const value = reader.readList(clause.text);
    if (value === null) return null;
    values.push(...(value.kind === 'list' ? value.items : [value]));
  }
  return values.length === 0 ? null : { kind: 'list', items: values };
}
