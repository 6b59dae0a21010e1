/** The things in every order that they may stand in: n! of them, so that callers bound n. */
export function listOrders<Part>(parts: readonly Part[]): readonly (readonly Part[])[] {
  if (parts.length < 2) return [parts];
  return parts.flatMap((part, i) => listOrders(parts.toSpliced(i, 1)).map((order) => [part, ...order]));
}
