/** Pairs of brackets in the order in which they are taken off. */
const pairs: readonly (readonly [string, string])[] = [
  ['\\(', '\\)'],
  ['\\[', '\\]'],
  ['\\{', '\\}'],
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
];

/** Where the first bracket of this sort opens, and where it closes; -1 where it does not. */
function findPair(text: string, [left, right]: readonly [string, string]): readonly [number, number] {
  const open = text.indexOf(left);
  if (open < 0) return [-1, -1];
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text.startsWith(left, at)) depth++;
    else if (text.startsWith(right, at)) depth--;
    if (depth === 0) return [open, at];
  }
  return [open, -1];
}

/** Without the braces that open first. */
export function removeFirstBraces(text: string): string {
  const [open, close] = findPair(text, ['{', '}']);
  return open < 0 || close < 0 ? text : text.slice(0, open) + text.slice(open + 1, close) + text.slice(close + 1);
}

/** Without all brackets that stand around the whole text. */
export function removeOuterBrackets(text: string): string {
  let inner = text;
  for (let isDone = false; !isDone; ) {
    isDone = true;
    for (const pair of pairs) {
      const width = pair[0].length;
      const [open, close] = findPair(inner, pair);
      if (open !== 0 || close !== inner.length - width) continue;
      inner = inner.slice(width, Math.max(width, inner.length - width));
      isDone = false;
    }
  }
  return inner;
}
