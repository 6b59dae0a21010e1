/** A check for a record whose lists run side by side, one entry for each reply. */
export function haveEqualLengths<Key extends string>(
  ...keys: readonly Key[]
): (record: Readonly<Record<Key, readonly unknown[]>>) => boolean {
  return (record) => new Set(keys.map((key) => record[key].length)).size === 1;
}
