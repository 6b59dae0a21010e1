/** A place where two texts differ. */
export interface Hunk {
  readonly left: readonly string[];
  readonly right: readonly string[];
}

export interface Alignment {
  /** Parts that are the same in both, in their order. */
  readonly matches: readonly (readonly [string, string])[];
  readonly hunks: readonly Hunk[];
}

/** Of parts that are removed or added: texts that differ in more are no edits of each other. */
const mostEdits = 64;

/**
 * The longest common subsequence of two lists of parts (Myers' greedy algorithm). A change of a part for another is a hunk with
 * one part on either side.
 *
 * @returns undefined where more than 64 parts are removed and added
 */
export function alignTokens(a: readonly string[], b: readonly string[]): Alignment | undefined {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail += 1;
  const left = a.slice(head, a.length - tail);
  const right = b.slice(head, b.length - tail);
  const path = findPath(left, right);
  if (path === undefined) return undefined;
  const matches: (readonly [string, string])[] = a.slice(0, head).map((token) => [token, token]);
  const hunks: Hunk[] = [];
  let x = 0;
  let y = 0;
  for (const [nextX, nextY] of [...path, [left.length, right.length] as const]) {
    if (nextX > x || nextY > y) hunks.push({ left: left.slice(x, nextX), right: right.slice(y, nextY) });
    const same = left[nextX];
    if (same !== undefined) matches.push([same, same]);
    x = nextX + 1;
    y = nextY + 1;
  }
  for (const token of a.slice(a.length - tail)) matches.push([token, token]);
  return { matches, hunks };
}

/** Places of parts that are the same, in their order. */
function findPath(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] | undefined {
  const offset = mostEdits + 1;
  const furthest = new Int32Array(2 * offset + 1);
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= mostEdits; edits++) {
    trace.push(furthest.slice(offset - edits - 1, offset + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const down = furthest[offset + diagonal + 1] ?? 0;
      const along = (furthest[offset + diagonal - 1] ?? 0) + 1;
      let x = diagonal === -edits || (diagonal !== edits && along <= down) ? down : along;
      let y = x - diagonal;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      furthest[offset + diagonal] = x;
      if (x >= a.length && y >= b.length) return walkBack(trace, a.length, b.length);
    }
  }
  return undefined;
}

function walkBack(trace: readonly Int32Array[], endX: number, endY: number): readonly (readonly [number, number])[] {
  const path: (readonly [number, number])[] = [];
  let x = endX;
  let y = endY;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const before = trace[edits] as Int32Array;
    const diagonal = x - y;
    const at = (place: number): number => before[place + edits + 1] ?? 0;
    const isDown = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) + 1 <= at(diagonal + 1));
    const previous = isDown ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : at(previous);
    const fromY = edits === 0 ? 0 : fromX - previous;
    const startX = edits === 0 ? 0 : isDown ? fromX : fromX + 1;
    while (x > startX) {
      x -= 1;
      y -= 1;
      path.push([x, y]);
    }
    x = fromX;
    y = fromY;
  }
  return path.reverse();
}
