/**
 * Counts the accepted cases one by one. A case has one choice of each kind, numbered from 0: `countCases([6, 6], ([a,
 * b]) => a !== b)` is the number of rolls of two dice that show two different numbers.
 */
export function countCases(sizes: readonly number[], isAccepted: (choices: readonly number[]) => boolean): number {
  const count = (chosen: readonly number[]): number => {
    const size = sizes[chosen.length];
    if (size === undefined) return isAccepted(chosen) ? 1 : 0;
    let cases = 0;
    for (let choice = 0; choice < size; choice++) cases += count([...chosen, choice]);
    return cases;
  };
  return count([]);
}
