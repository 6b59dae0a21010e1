/**
 * Names groups of rows so that two rows share a letter where they are alike, and only there (a compact letter display,
 * Piepho 2004, J. Comput. Graph. Stat. 13). One place a row cannot say that: the first may be alike with the second, the
 * second with the third, and the first better than the third.
 *
 * Every pair that no group has yet begins one, which takes each row that is alike with all that are in it.
 *
 * @returns the letters of each row, in order
 *
 * @example
 * groupRows(3, (i, j) => Math.abs(i - j) === 1); // [['a'], ['a', 'b'], ['b']]
 */
export function groupRows(count: number, isAlike: (i: number, j: number) => boolean): readonly (readonly string[])[] {
  const groups: (readonly number[])[] = [];
  const covered = new Set<number>();
  const rows = Array.from({ length: count }, (_, row) => row);
  for (const i of rows) {
    const alike = rows.filter((j) => j !== i && isAlike(i, j));
    if (alike.length === 0) groups.push([i]);
    for (const j of alike) {
      if (j < i || covered.has(i * count + j)) continue;
      const group = growGroup([i, j], { rows, isAlike });
      for (const a of group) for (const b of group) covered.add(a * count + b);
      groups.push(group);
    }
  }
  return rows.map((row) => groups.flatMap((group, i) => (group.includes(row) ? [nameGroup(i)] : [])));
}

function growGroup(
  begun: readonly number[],
  { rows, isAlike }: { readonly rows: readonly number[]; readonly isAlike: (i: number, j: number) => boolean },
): readonly number[] {
  const group = [...begun];
  for (const row of rows) {
    if (!group.includes(row) && group.every((other) => isAlike(row, other))) group.push(row);
  }
  return group;
}

/** a to z, then aa, ab and so on. */
function nameGroup(index: number): string {
  const letter = String.fromCharCode('a'.charCodeAt(0) + (index % 26));
  return index < 26 ? letter : `${nameGroup(Math.floor(index / 26) - 1)}${letter}`;
}
