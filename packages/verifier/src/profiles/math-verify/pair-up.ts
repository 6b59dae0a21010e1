/** Whether every item finds a partner of its own. */
export function pairUp<Item>(
  items: readonly Item[],
  others: readonly Item[],
  isSame: (item: Item, other: Item) => boolean,
): boolean {
  const left = [...others];
  if (items.length !== left.length) return false;
  return items.every((item) => {
    const at = left.findIndex((other) => isSame(item, other));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}
