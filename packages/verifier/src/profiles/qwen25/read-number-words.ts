const small = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'],
  ...['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
];
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const values: ReadonlyMap<string, number> = new Map([
  ...small.map((name, i) => [name, i] as const),
  ...tens.map((name, i) => [name, 10 * (i + 2)] as const),
  ['hundred', 100],
]);
const scales = [
  ['billion', 1_000_000_000],
  ['million', 1_000_000],
  ['thousand', 1000],
] as const;
const known: ReadonlySet<string> = new Set([...values.keys(), ...scales.map(([name]) => name), 'point']);

/**
 * What the Python package word2number makes of a text, as text; undefined where it raises. Digits alone lose their
 * leading zeros, and words that name no number are passed over: `two red and one blue` is 3.
 */
export function readNumberWords(text: string): string | undefined {
  const lower = text.replaceAll('-', ' ').toLowerCase();
  if (/^\d+$/.test(lower)) return BigInt(lower).toString();
  const words = lower.split(/\s+/).filter((word) => known.has(word));
  if (words.length === 0 || ['thousand', 'million', 'billion', 'point'].some((word) => isRepeated(words, word)))
    return undefined;
  const point = words.indexOf('point');
  const whole = readWhole(point < 0 ? words : words.slice(0, point));
  if (whole === undefined) return undefined;
  const decimals = point < 0 ? [] : words.slice(point + 1).map((word) => values.get(word));
  if (decimals.length === 0) return String(whole);
  if (decimals.some((digit) => digit === undefined || digit > 9)) return undefined;
  return String(whole + Number(`0.${decimals.join('')}`));
}

function isRepeated(words: readonly string[], word: string): boolean {
  return words.indexOf(word) !== words.lastIndexOf(word);
}

function readWhole(words: readonly string[]): number | undefined {
  if (words.length === 0) return 0;
  if (words.length === 1) return values.get(words[0] as string) ?? scales.find(([name]) => name === words[0])?.[1];
  let rest = words;
  let total = 0;
  for (const [name, factor] of scales) {
    const at = rest.indexOf(name);
    if (at < 0) continue;
    const group = readGroup(rest.slice(0, at));
    if (group === undefined) return undefined;
    total += group * factor;
    rest = rest.slice(at + 1);
  }
  if (rest.length === 0) return total;
  const last = readGroup(rest);
  return last === undefined ? undefined : total + last;
}

/** Up to four words: `three hundred forty two`. Of more, the first alone counts. */
function readGroup(words: readonly string[]): number | undefined {
  const numbers = words.map((word) => values.get(word));
  if (numbers.length === 0 || numbers.some((number) => number === undefined)) return undefined;
  const [a, b, c, d] = numbers as [number, number, number, number];
  if (numbers.length === 4) return a * b + c + d;
  if (numbers.length === 3) return a * b + c;
  if (numbers.length === 2) return numbers.includes(100) ? a * b : a + b;
  return a;
}
