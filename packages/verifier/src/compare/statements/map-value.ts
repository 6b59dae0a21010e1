import type { Expression } from '../../expression/expression.ts';
import type { Value } from '../../parse/values.ts';

/** The same value with each of its expressions changed, and the variables that conditions are about renamed. */
export function mapValue(
  value: Value,
  change: (expression: Expression) => Expression,
  rename: (name: string) => string = (name) => name,
): Value {
  const map = (part: Value): Value => mapValue(part, change, rename);
  switch (value.kind) {
    case 'expression':
      return { kind: 'expression', expression: change(value.expression) };
    case 'quantity':
      return { ...value, expression: change(value.expression) };
    case 'tuple':
    case 'set':
    case 'list':
      return { ...value, items: value.items.map(map) };
    case 'matrix':
      return { ...value, rows: value.rows.map((row) => row.map(map)) };
    case 'relation':
      return { ...value, left: map(value.left), right: map(value.right) };
    case 'condition':
      return { ...value, parts: value.parts.map(map) };
    case 'chain':
      return { ...value, sides: value.sides.map((side) => ({ ...side, value: map(side.value) })) };
    case 'assignment':
      return {
        ...value,
        entries: value.entries.map((entry) => ({ name: rename(entry.name), value: map(entry.value) })),
      };
    case 'function':
    case 'family':
      return { ...value, body: map(value.body) };
    case 'cases':
      return {
        ...value,
        branches: value.branches.map((branch) => ({
          value: map(branch.value),
          condition: branch.condition === null ? null : map(branch.condition),
        })),
      };
    case 'region': {
      const changeEnd = <End extends { readonly value: Expression | null }>(end: End): End =>
        end.value === null ? end : { ...end, value: change(end.value) };
      return {
        ...value,
        variable: value.variable === null ? null : rename(value.variable),
        pieces: value.pieces.map(({ low, high }) => ({ low: changeEnd(low), high: changeEnd(high) })),
      };
    }
    default:
      return value;
  }
}
