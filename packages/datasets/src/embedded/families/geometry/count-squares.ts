/** Counts the unit squares of a board that are accepted, each named by its column and row from 0. */
export function countSquares(
  { width, height }: { readonly width: number; readonly height: number },
  isAccepted: (square: { readonly column: number; readonly row: number }) => boolean,
): number {
  let count = 0;
  for (let column = 0; column < width; column++)
    for (let row = 0; row < height; row++) if (isAccepted({ column, row })) count++;
  return count;
}
