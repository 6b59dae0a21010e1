import type { Expression } from '../../expression/expression.ts';

/** Expressions by rows. */
export type Grid = readonly (readonly Expression[])[];

/** Larger determinants are not expanded: the number of products grows like a factorial. */
const largestDeterminant = 4;

export function mapGrid(grid: Grid, change: (cell: Expression, row: number, column: number) => Expression): Grid {
  return grid.map((row, i) => row.map((cell, j) => change(cell, i, j)));
}

export function transpose(grid: Grid): Grid {
  return (grid[0] ?? []).map((_, j) => grid.map((row) => row[j] as Expression));
}

export function addGrids(a: Grid, b: Grid): Grid | null {
  if (a.length !== b.length || a[0]?.length !== b[0]?.length) return null;
  return mapGrid(a, (cell, i, j) => {
    const terms = cell.kind === 'sum' ? cell.terms : [cell];
    return { kind: 'sum', terms: [...terms, b[i]?.[j] as Expression] };
  });
}

export function scaleGrid(grid: Grid, factor: Expression | null): Grid {
  return factor === null ? grid : mapGrid(grid, (cell) => ({ kind: 'product', factors: [factor, cell] }));
}

/** By the first row. Null for what is not square, or too large. */
export function expandDeterminant(grid: Grid): Expression | null {
  const [first] = grid;
  if (first === undefined || grid.length !== first.length || grid.length > largestDeterminant) return null;
  if (first.length === 1) return first[0] as Expression;
  const terms = first.map((cell, j): Expression => {
    const minor = expandDeterminant(grid.slice(1).map((row) => row.toSpliced(j, 1))) as Expression;
    const product: Expression = { kind: 'product', factors: [cell, minor] };
    return j % 2 === 0 ? product : { kind: 'negation', operand: product };
  });
  return { kind: 'sum', terms };
}
