import type { Reader } from '../reader.ts';
import { splitClauses } from '../split-clauses.ts';
import type { Value } from '../values.ts';

/** The values that a side of an equation gives: one, or several where a comma, "or" or a double sign says so. */
export function readValues(text: string, reader: Reader): Value | null {
  const isPlain = !text.includes('\\pm') && !text.includes('\\mp') && !/\bor\b|\\v|;|\\lor/.test(text);
  const read = isPlain ? reader.readList(text) : null;
  if (read !== null || isPlain) return read;
  const clauses = splitClauses(text);
  if (clauses === null || clauses.length > 50) return null;
  const values: Value[] = [];
  for (const clause of clauses) {
    for (const piece of expandSigns(clause.text)) {
      const value = reader.readList(piece);
      if (value === null) return null;
      values.push(...(value.kind === 'list' ? value.items : [value]));
    }
  }
  return values.length === 1 ? (values[0] as Value) : { kind: 'list', items: values };
}

/** All double signs of a value go together: `\\pm a \\mp b` is `a - b` and `-a + b`. */
export function expandSigns(text: string): readonly string[] {
  if (!text.includes('\\pm') && !text.includes('\\mp')) return [text];
  const choose = (upper: string, lower: string): string =>
    text.replaceAll(/\\pm ?/g, upper).replaceAll(/\\mp ?/g, lower);
  return [choose('+', '-'), choose('-', '+')];
}
