import { makeRational } from '../../rational.ts';
import type { Form } from '../reader.ts';
import type { BasedValue } from '../values.ts';

/** Longer numerals are left alone. */
const mostDigits = 1000;

const words =
  'two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );
const names: ReadonlyMap<string, number> = new Map([
  ['binary', 2],
  ['ternary', 3],
  ['octal', 8],
  ['decimal', 10],
  ['hexadecimal', 16],
  ['hex', 16],
]);

const prefixes: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16 };

/** `221_3`, `(221)_{3}`, `\text{A3}_{16}`, `1101 base 2`, `0x1F`. A digit that the base lacks makes it none of them. */
export const parseBased: Form = (text, reader) => {
  const computer = /^(-?)0([box])([0-9A-Fa-f]+)$/.exec(text);
  if (computer !== null)
    return makeBased(computer[1] as string, computer[3] as string, prefixes[computer[2] as string] as number);
  const found = splitBase(text);
  if (found === undefined || !reader.fuel.spend(text.length)) return undefined;
  const { digits, base } = found;
  const isNegative = digits.startsWith('-');
  const written = stripDigits(isNegative ? digits.slice(1) : digits);
  // 2a_{16}: small letters are digits to the base 16 alone, and only behind one of the others.
  const bare = base === 16 && /^\d[0-9a-f]*$/.test(written) ? written.toUpperCase() : written;
  if (!/^[0-9A-Z]+(?:\.[0-9A-Z]+)?$/.test(bare) || bare.length > mostDigits) return undefined;
  // AB_{12} may be a segment with an index: letters alone are digits to the base 16 only, and two at least.
  if (!/\d/.test(bare) && (base !== 16 || bare.length < 2)) return undefined;
  return base === null ? null : makeBased(isNegative ? '-' : '', bare, base);
};

function splitBase(text: string): { readonly digits: string; readonly base: number | null } | undefined {
  const subscript = /^(.*[0-9A-Za-f)}])_\{([^{}]*(?:\{[^{}]*\})?)\}$/.exec(text);
  if (subscript !== null) return { digits: subscript[1] as string, base: readBase(subscript[2] as string) };
  const phrase = /^(-?[0-9A-Z.]+) ?(?:\\text\{)?\(?(?:in )?base[ -]?(?:\})?(\d+|[a-z]+|_\{\d+\})\)?\}?$/.exec(text);
  if (phrase !== null) return { digits: phrase[1] as string, base: readBase(phrase[2] as string) };
  const named = /^(-?[0-9A-F.]+) ?(?:\\text\{)?(?:in )?(binary|ternary|octal|decimal|hexadecimal|hex)\}?$/.exec(text);
  return named === null ? undefined : { digits: named[1] as string, base: names.get(named[2] as string) ?? null };
}

function readBase(written: string): number | null {
  const word = written
    .replace(/^\\text\{|\}$/g, '')
    .replace(/^_\{|^\(|\)$/g, '')
    .replace(/^base /, '')
    .trim()
    .toLowerCase();
  const base = /^\d{1,2}$/.test(word) ? Number(word) : words.indexOf(word) + 2;
  const known = base === 1 ? (names.get(word) ?? 0) : base;
  return known >= 2 && known <= 36 ? known : null;
}

/** Digits out of parentheses, `\text{}` and the spaces between groups. */
function stripDigits(digits: string): string {
  const inner = /^\((.*)\)$/.exec(digits)?.[1] ?? /^\{?\\text\{(.*?)\}\}?$/.exec(digits)?.[1] ?? digits;
  return inner
    .replaceAll(' ', '')
    .replaceAll('\\text{', '')
    .replaceAll('}', '')
    .replaceAll('{', '')
    .replaceAll(',', '');
}

function makeBased(sign: string, written: string, base: number): BasedValue | null {
  const [whole, part = ''] = written.toUpperCase().split('.') as [string, string?];
  const digits = [...whole, ...part].map((digit) => Number.parseInt(digit, 36));
  if (digits.some((digit) => digit >= base)) return null;
  const size = BigInt(base);
  let numerator = 0n;
  for (const digit of digits) numerator = numerator * size + BigInt(digit);
  const value = makeRational(sign === '-' ? -numerator : numerator, size ** BigInt(part.length));
  const kept = part.replace(/0+$/, '');
  const canonical = `${whole.replace(/^0+(?=.)/, '')}${kept === '' ? '' : `.${kept}`}`;
  return { kind: 'based', digits: `${sign}${canonical}`, base, value };
}
