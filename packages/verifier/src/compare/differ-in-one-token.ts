/** Longer texts are an essay, and what a number in them is for is anyone's guess. */
const mostTokens = 1500;

/** A command, a number, a run of letters, or a single sign. */
const token = /\\(?:[a-zA-Z]+|.)|\d+(?:\.\d+)?|\.\d+|\p{L}+|\S/gu;

/** What says that a number or a letter may run through many values, so that two texts may name the same ones. */
const parameters = /\\(?:in|equiv|p?mod|bigcup|int)\b|\b(?:integer|whole|arbitrary|any|mod|constant)/i;

/** Signs that never mean the same in the same place: each row holds kinds of one of which another may be taken. */
const rivals: readonly ReadonlySet<string>[] = [
  '+ - \\pm \\mp \\cdot \\times /',
  '< > \\le \\ge \\ne = \\approx',
  '\\cup \\cap \\setminus',
  '\\sin \\cos \\tan \\cot \\sec \\csc \\arcsin \\arccos \\arctan \\sinh \\cosh \\tanh \\exp \\ln \\log \\operatorname',
  '\\pi e',
].map((row) => new Set(row.split(' ')));

/** Arbitrary constants, whole numbers, and letters with a meaning of their own. */
const freeLetter = /^(?![cCkKdeiIjnmlA])[a-zA-Z]$/;

/**
 * Whether two texts that nobody can read as a whole differ in one sign, and in one that counts: a number, a sign, a
 * letter, a relation, an operation, a function, a power, or an element that is a number. What stands around it is the
 * same sign for sign, so whatever that means, one of the two says another thing with it.
 *
 * Not where the change may mean nothing: to 0 and 1, which swallow what they are multiplied by or raised to, where
 * letters are bound or run through whole numbers, in the layout, in a repeated element, and in the digits of an
 * approximation. A word in another form is no change at all: see {@link compareProse}.
 */
export function differInOneToken(a: string, b: string): boolean {
  const [tokensA, tokensB] = [listTokens(a), listTokens(b)];
  if (Math.max(tokensA.length, tokensB.length) > mostTokens) return false;
  const shortest = Math.min(tokensA.length, tokensB.length);
  let start = 0;
  while (start < shortest && tokensA[start] === tokensB[start]) start++;
  let tail = 0;
  while (tail < shortest - start && tokensA.at(-1 - tail) === tokensB.at(-1 - tail)) tail++;
  const [changedA, changedB] = [tokensA, tokensB].map((tokens) => tokens.slice(start, tokens.length - tail)) as [
    string[],
    string[],
  ];
  const place: Place = {
    before: tokensA.slice(0, start),
    after: tokensA.slice(tokensA.length - tail),
    hasParameters: parameters.test(a) || parameters.test(b),
  };
  if (place.before.length + place.after.length === 0 || isLayout(place)) return false;
  if (changedA.length === 1 && changedB.length === 1) {
    return areRivals(changedA[0] as string, changedB[0] as string, place);
  }
  return counts(changedA, changedB, place) || counts(changedB, changedA, place);
}

interface Place {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly hasParameters: boolean;
}

/** Without the braces around a single token and the wrappers of words: `x^{2}` is `x^2`. */
function listTokens(text: string): string[] {
  const tokens = text.match(token) ?? [];
  const isGroup = (i: number): boolean => tokens[i] === '{' && tokens[i + 2] === '}';
  return tokens.filter((_, i) => !isGroup(i) && !isGroup(i - 2));
}

/** A column specification, a size or the name of an environment. */
function isLayout({ before }: Place): boolean {
  return /(?:\\begin\{?array\}?\{?[lcr|]*|\\(?:begin|end|[hv]space)\{?\w*|\\\\\[)$/.test(before.slice(-8).join(''));
}

function areRivals(a: string, b: string, place: Place): boolean {
  const [previous, next] = [place.before.at(-1) ?? '', place.after[0] ?? ''];
  if (isNumber(a) && isNumber(b)) return Number(a) !== Number(b) && countsAsNumber(a, b, place);
  if (freeLetter.test(a) && freeLetter.test(b)) {
    const isBound = place.hasParameters || previous === 'd' || next === ':' || next === '\\mid' || next === '|';
    const isIndex = previous === '_' || (previous === '{' && place.before.at(-2) === '_');
    // A letter that stands elsewhere too is not renamed but another one.
    const isKept = [...place.before, ...place.after].includes(a) !== [...place.before, ...place.after].includes(b);
    return !isBound && (isKept || (!isIndex && next !== '('));
  }
  if (swallows(place) || !rivals.some((row) => row.has(a) && row.has(b))) return false;
  // The sign of zero, of an arbitrary constant and of a multiple of a period says nothing.
  return !(/^[-+]$/.test(a) && (place.hasParameters || /^(?:0|[cCkK])$/.test(next)));
}

function isNumber(text: string): boolean {
  return /^\.?\d/.test(text);
}

function countsAsNumber(a: string, b: string, place: Place): boolean {
  const [previous, next] = [place.before.at(-1) ?? '', place.after[0] ?? ''];
  if (
    place.hasParameters ||
    swallows(place) ||
    (previous === '_' && /^(?:[cCkK]|\d+)$/.test(place.before.at(-2) ?? ''))
  )
    return false;
  // The first term of a sum may be 0, and of a product 1; the powers of -1 return.
  const head = place.before.slice(-8).join('');
  if (/_\{?[a-z]=$/.test(head) || /\(-1\)\^\{?[^{}]*$/.test(head)) return false;
  if (a.includes('.') !== b.includes('.') || a.startsWith(b) || b.startsWith(a)) {
    // 3.14 and 3.142 may be two roundings of one number.
    if ((a + b).includes('.') && Math.abs(Number(a) - Number(b)) < Math.abs(Number(a)) / 5) return false;
  }
  // In `1, 2, 2` and `1, 1, 2` the same answers stand.
  const isElement = /^[,;]?$/.test(previous) && /^[,;]?$/.test(next);
  const rest = [...place.before, ...place.after];
  return !(isElement && rest.includes(a) && rest.includes(b));
}

/** A product with zero, a power of one, or an equation with zero on one side, where a factor means nothing. */
function swallows({ before, after }: Place): boolean {
  const text = before.concat('\0', after).join(' ');
  return (
    /(?:^|[^\d^]) 0 (?:\\cdot|\\times|\(|[a-zA-Z\0])|[)a-z\0] (?:\\cdot |\\times )?0\b/.test(text) ||
    /(?:^|[^\d]) 1 \^ (?:\{ )?\0/.test(text) ||
    (/[=<>e] 0(?: |$)/.test(text) && !/[-+]/.test(text))
  );
}

/** Whether what one side has more is a power, the index of a root, a sign, or an element that is a number. */
function counts(more: readonly string[], fewer: readonly string[], place: Place): boolean {
  if (fewer.length > 0 || swallows(place)) return false;
  const [previous, next] = [place.before.at(-1) ?? '', place.after[0] ?? ''];
  const text = more.join('');
  if (/^\^\{?-?\d+\}?$/.test(text)) return !/^\^\{?1\}?$/.test(text) && !/^[01]$/.test(previous);
  if (previous === '\\sqrt' && /^\[\d\]$/.test(text)) return text !== '[2]';
  if (text === '-') return !place.hasParameters && /^[({[,=]$/.test(previous) && isNumber(next) && next !== '0';
  const isLast = next === '' || /^[)\]},.]$/.test(next) || next === '\\}';
  const isElement = /^,[-+]?\d+(?:\.\d+)?$/.test(text) ? isLast : /^[-+]?\d+(?:\.\d+)?,$/.test(text);
  const number = text.replace(',', '');
  return isElement && number.length > 0 && ![...place.before, ...place.after].includes(number) && !place.hasParameters;
}
