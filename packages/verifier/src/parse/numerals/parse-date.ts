import type { Form } from '../reader.ts';
import type { DateValue } from '../values.ts';

const months = 'january february march april may june july august september october november december'.split(' ');
const weekdays = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

/** Without any of these a text is no date, which is soon told. */
const marks = new RegExp(`\\d[-/]\\d|${[...months, ...weekdays].map((name) => name.slice(0, 3)).join('|')}`, 'i');

const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `May 3`, `3rd of May 2020`, `2020-05-03`, `5/3/2020`, `Monday`. */
export const parseDate: Form = (text, reader) => {
  if (!marks.test(text)) return undefined;
  const plain = text
    .replaceAll('\\text{', ' ')
    .replaceAll(/[{}^.]/g, ' ')
    .trim();
  if (plain.length > 40 || !reader.fuel.spend(text.length)) return undefined;
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (iso !== null)
    return makeDate({ year: Number(iso[1]), month: Number(iso[2]) - 1, day: Number(iso[3]) }) ?? undefined;
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (slashed !== null) {
    const [first, second, year] = slashed.slice(1).map(Number) as [number, number, number];
    const american = makeDate({ year, month: first - 1, day: second });
    const other = makeDate({ year, month: second - 1, day: first });
    if (american !== null && other !== null && first !== second) reader.offerReading(other);
    return american ?? other ?? undefined;
  }
  return /[a-z]/i.test(plain) ? readWords(plain.split(/[ ,]+/)) : undefined;
};

/** Undefined as soon as a word has no place in a date. */
function readWords(written: readonly string[]): DateValue | undefined {
  const date: { year?: number; month?: number; day?: number; weekday?: number } = {};
  const set = (key: keyof typeof date, value: number): boolean => {
    if (date[key] !== undefined) return false;
    date[key] = value;
    return true;
  };
  if (written.length > 7) return undefined;
  for (const word of written) {
    const lower = word.toLowerCase();
    const number = /^(\d{1,4})(st|nd|rd|th)?$/.exec(lower);
    const month = findName(months, lower);
    const weekday = findName(weekdays, lower);
    let isPlaced = ['', 'of', 'on', 'the', 'st', 'nd', 'rd', 'th'].includes(lower);
    if (number !== null) isPlaced = set((number[1] as string).length < 3 ? 'day' : 'year', Number(number[1]));
    // "may" is a verb, and sun and sat are words too.
    else if (month >= 0 && (lower !== 'may' || word !== lower)) isPlaced = set('month', month);
    else if (weekday >= 0 && (lower.length > 3 || word !== lower)) isPlaced = set('weekday', weekday);
    if (!isPlaced) return undefined;
  }
  const isDay = date.weekday !== undefined && date.day === undefined;
  const isDate = date.month !== undefined && (date.day !== undefined || date.year !== undefined);
  const isMonth = date.month !== undefined && written.length === 1 && (written[0] as string).length > 2;
  return isDay || isDate || isMonth ? (makeDate(date) ?? undefined) : undefined;
}

function findName(names: readonly string[], word: string): number {
  const singular = word.endsWith('s') && word.length > 5 && !names.includes(word) ? word.slice(0, -1) : word;
  return names.findIndex(
    (name) =>
      name === singular || (word.length >= 3 && word.length <= 5 && word.length < name.length && name.startsWith(word)),
  );
}

function makeDate(parts: { year?: number; month?: number; day?: number; weekday?: number }): DateValue | null {
  const { year = null, month = null, day = null, weekday = null } = parts;
  if (month !== null && (month < 0 || month > 11)) return null;
  if (day !== null && (day < 1 || day > (lengths[month ?? 0] as number))) return null;
  return { kind: 'date', year, month, day, weekday };
}
