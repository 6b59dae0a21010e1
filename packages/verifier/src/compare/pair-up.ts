/**
 * Whether rows and columns can be paired off along the cells that are allowed, each once. Augmenting paths: being the
 * same under leniencies is not transitive, so taking the first free partner could block another.
 */
export function canPair<Cell>(rows: readonly (readonly Cell[])[], isAllowed: (cell: Cell) => boolean): boolean {
  const partners = new Map<number, number>();
  const place = (row: number, tried: Set<number>): boolean =>
    (rows[row] as readonly Cell[]).some((cell, column) => {
      if (!isAllowed(cell) || tried.has(column)) return false;
      tried.add(column);
      const holder = partners.get(column);
      if (holder !== undefined && !place(holder, tried)) return false;
      partners.set(column, row);
      return true;
    });
  return rows.every((_, row) => place(row, new Set()));
}
