import { addRationals, makeRational, multiplyRationals, negateRational, type Rational } from '../../rational.ts';
import { parseUnitTail } from '../parse-unit.ts';
import type { NumberValue } from '../values.ts';

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const scales: ReadonlyMap<string, bigint> = new Map([
  ['thousand', 10n ** 3n],
  ['million', 10n ** 6n],
  ['billion', 10n ** 9n],
  ['trillion', 10n ** 12n],
]);

const ordinals =
  '- - half third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'.split(
    ' ',
  );
const parts: ReadonlyMap<string, bigint> = new Map([
  ...ordinals.flatMap((word, i): [string, bigint][] => [
    [word, BigInt(i)],
    [`${word}s`, BigInt(i)],
  ]),
  ['halves', 2n],
  ...(['quarter', 'quarters'] as const).map((word): [string, bigint] => [word, 4n]),
  ...(['hundredth', 'hundredths'] as const).map((word): [string, bigint] => [word, 100n]),
  ...(['thousandth', 'thousandths'] as const).map((word): [string, bigint] => [word, 1000n]),
]);

/** "Third", which is 3rd. */
const orders = ['-', 'first', 'second', ...ordinals.slice(3)];

const integer = (value: bigint): Rational => ({ numerator: value, denominator: 1n });

interface Read {
  readonly value: Rational;
  readonly end: number;
}

/**
 * "Seven", "minus twenty-one", "two thirds", "three and a half", "a dozen", with a unit behind it where there is one.
 * Undefined for anything that has more, such as "two or three" and "one to one".
 */
export function parseNumberWords(plain: string): NumberValue | undefined {
  if (plain.length > 160) return undefined;
  const words = plain.toLowerCase().split(/[ -]/);
  const order = words.length === 1 ? orders.indexOf(words[0] as string) : 0;
  if (order > 0) {
    return {
      kind: 'number',
      value: integer(BigInt(order)),
      isPercent: false,
      unit: parseUnitTail('th', 0)?.unit ?? null,
    };
  }
  const isNegative = words[0] === 'minus' || words[0] === 'negative';
  const read = readMixed(words, isNegative ? 1 : 0);
  if (read === undefined) return undefined;
  const rest = plain.split(/[ -]/).slice(read.end).join(' ');
  const tail = rest === '' ? { isPercent: false, unit: null, scale: 1n } : parseUnitTail(`\\text{${rest}}`, 0);
  if (tail === null || tail.scale !== 1n) return undefined;
  const value = isNegative ? negateRational(read.value) : read.value;
  return { kind: 'number', value, isPercent: tail.isPercent, unit: tail.unit };
}

function readMixed(words: readonly string[], start: number): Read | undefined {
  const whole = readCardinal(words, start);
  const fraction = readFraction(words, start, whole);
  if (fraction !== undefined) return fraction;
  if (whole === undefined) return undefined;
  if (words[whole.end] === 'point') return readDecimals(words, whole);
  if (words[whole.end] !== 'and') return whole;
  const more = readFraction(words, whole.end + 1, readCardinal(words, whole.end + 1));
  return more === undefined ? whole : { value: addRationals(whole.value, more.value), end: more.end };
}

/** "two thirds", "a half", "half", "three-quarters". "Third" alone is an order. */
function readFraction(words: readonly string[], start: number, count: Read | undefined): Read | undefined {
  const isOne = words[start] === 'a' || words[start] === 'an';
  const numerator = count ?? { value: integer(1n), end: isOne ? start + 1 : start };
  const name = words[numerator.end] ?? '';
  const part = count === undefined && !isOne && name !== 'half' ? undefined : parts.get(name);
  if (part === undefined || part === 0n) return undefined;
  if (words[numerator.end + 1] === 'of') return undefined;
  return { value: multiplyRationals(numerator.value, makeRational(1n, part)), end: numerator.end + 1 };
}

function readDecimals(words: readonly string[], whole: Read): Read | undefined {
  let digits = '';
  let end = whole.end + 1;
  for (; small.indexOf(words[end] as string) >= 0 && small.indexOf(words[end] as string) < 10; end++) {
    digits += small.indexOf(words[end] as string);
  }
  if (digits === '') return undefined;
  const fraction = makeRational(BigInt(digits), 10n ** BigInt(digits.length));
  return { value: addRationals(whole.value, fraction), end };
}

function readCardinal(words: readonly string[], start: number): Read | undefined {
  const isArticle = words[start] === 'a';
  const first = isArticle ? start + 1 : start;
  if (words[first] === 'dozen') return { value: integer(12n), end: first + 1 };
  const isScaled = words[first] === 'hundred' || scales.has(words[first] ?? '');
  if (isArticle ? !isScaled : isScaled) return undefined;
  let total = 0n;
  let group: bigint | undefined = isArticle ? 1n : undefined;
  let lastScale = 10n ** 15n;
  let i = first;
  for (; i < words.length; i++) {
    const word = words[i] as string;
    const value = readSmall(word);
    const scale = scales.get(word);
    if (value !== undefined) {
      if (group !== undefined && !fitsBehind(group, value)) return undefined;
      group = (group ?? 0n) + value;
    } else if (group === undefined) break;
    else if (word === 'dozen' && total === 0n) return { value: integer(group * 12n), end: i + 1 };
    else if (word === 'hundred' && group > 0n && group < 100n) group *= 100n;
    else if (scale !== undefined && group > 0n && scale < lastScale) {
      total += group * scale;
      group = 0n;
      lastScale = scale;
    } else if (!(word === 'and' && joinsCardinal(words, i))) break;
  }
  return group === undefined ? undefined : { value: integer(total + group), end: i };
}

/** "Twenty-one" and "hundred one" are one number; "two three", "ten one" and "thousand zero" are none. */
function fitsBehind(group: bigint, value: bigint): boolean {
  return value > 0n && group % (value < 10n ? 10n : 100n) === 0n && group % 100n !== 10n;
}

/** "One hundred and five", but not "one hundred and five eighths". */
function joinsCardinal(words: readonly string[], index: number): boolean {
  const before = words[index - 1] ?? '';
  if ((before !== 'hundred' && !scales.has(before)) || readSmall(words[index + 1]) === undefined) return false;
  return !parts.has(words[index + 2] ?? '');
}

function readSmall(word: string | undefined): bigint | undefined {
  const unit = small.indexOf(word ?? '');
  if (unit >= 0) return BigInt(unit);
  const ten = tens.indexOf(word ?? '');
  return ten >= 2 ? BigInt(ten * 10) : undefined;
}
