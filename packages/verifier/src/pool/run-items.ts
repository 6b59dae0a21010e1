interface ItemsAtWork<Item> {
  readonly items: readonly Item[];
  readonly progress: Int32Array;
}

/** Runs the items of a batch in a worker: says before each that it has come to it, and stops when nobody waits. */
export function runItems<Item, Result>(
  { items, progress }: ItemsAtWork<Item>,
  run: (item: Item) => Result,
): readonly Result[] {
  const results: Result[] = [];
  for (const [index, item] of items.entries()) {
    if (Atomics.load(progress, 1) !== 0) break;
    Atomics.store(progress, 0, index + 1);
    results.push(run(item));
  }
  return results;
}
