const number = /^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d+(?:_\d+)*)?$/;
const word = /^([-+]?)(inf|infinity|nan)$/i;

/** What Python's `float(text)` gives; undefined where it raises. Underscores between digits, `inf` and `nan` count. */
export function parsePythonFloat(text: string): number | undefined {
  const trimmed = text.trim();
  if (number.test(trimmed)) return Number(trimmed.replaceAll('_', ''));
  const [, sign, name] = word.exec(trimmed) ?? [];
  if (name === undefined) return undefined;
  if (name.toLowerCase() === 'nan') return Number.NaN;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
