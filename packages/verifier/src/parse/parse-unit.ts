import { isLetter, skipBraces, skipLetters } from '../chars.ts';
import { divideRationals, type Rational } from '../rational.ts';
import {
  type Bases,
  changesMeaning,
  findMetricUnit,
  findUnit,
  getScale,
  isUnitParticle,
  type KnownUnit,
  multiplyUnits,
  printBases,
  stripPlural,
} from './units.ts';

/** What a number measures or counts, in the bases of its dimension. */
export interface Unit {
  /** Canonical text, such as `mile hour^-1` or `cm^2`. */
  readonly name: string;
  readonly bases: Bases;
  readonly size: Rational;
  readonly offset?: Rational;
  /** Whether nothing of it is a word that the table lacks, or a unit of unsure size. */
  readonly isKnown: boolean;
  /** Whether it stands in letters that may as well be variables: `9 m/s`. */
  readonly isBare: boolean;
}

export interface UnitTail {
  /** What `thousand`, `million` and the like before the unit multiply by. */
  readonly scale: bigint;
  readonly isPercent: boolean;
  readonly unit: Unit | null;
}

/** More words than this are a sentence. */
const mostWords = 8;

const mostPower = 9;

/** A word, `/`, or a power with its number. */
interface Token {
  readonly text: string;
  readonly power: number;
  /** Whether it stood in `\text{}`, where a word is never a product of variables. */
  readonly isText: boolean;
  /** Whether nothing separates it from the number. */
  readonly touchesNumber: boolean;
}

/** Words of two letters that are units even outside `\text{}`; `ms`, `in` and others are products just as often. */
const shortUnits: ReadonlySet<string> = new Set('cm km kg mm ft lb hr yd oz ml mL mi kW Hz Pa L'.split(' '));

/** Letters that are a unit behind a number and a space, and in what is built with them. */
const bareLetters: ReadonlySet<string> = new Set([...'msgLNJWhVA']);

const percentWords: ReadonlySet<string> = new Set([
  '%',
  'percent',
  'per cent',
  'pct',
  '\\text{percent}',
  '\\text{per cent}',
  '\\text{pct}',
]);

const signs: ReadonlyMap<string, string> = new Map([
  ['\\$', '$'],
  ['\\textdollar', '$'],
  ['\\pounds', '£'],
  ['\\euro', '€'],
  ['\\Omega', 'Ω'],
  ['\\degree', '°'],
  ['\\mu', 'µ'],
  ['^{\\circ}', '°'],
]);

/** The currency that is written before the amount at the index, with the width of its sign. */
export function findCurrency(text: string, index: number): { readonly unit: Unit; readonly width: number } | null {
  const match =
    /^(?:(?:US|A|CA|AU|NZ|HK|S)?\\\$|\\textdollar ?|\\text\{(?:US\$|USD|EUR|GBP|Rs)\.?\}|[€£¥₹]|\\pounds ?|(?:USD|EUR|GBP|INR|JPY|Rs) ?\.?)/.exec(
      text.slice(index, index + 16),
    );
  if (match === null) return null;
  const word = match[0].replace(/\\text\{|[ .}]/g, '');
  const spelling = word.endsWith('$') ? '$' : (signs.get(word) ?? word);
  const known = findUnit(spelling === '\\textdollar' ? '$' : spelling);
  return known === undefined ? null : { unit: makeUnit([[known, 1]], {}), width: match[0].length };
}

/** The product of two units, as of `\$5` and `\text{per hour}`; the same currency on both sides is one. */
export function joinUnits(currency: Unit, tail: Unit | null): Unit | null {
  if (tail === null || tail.name === currency.name) return currency;
  if (tail.name.startsWith(`${currency.name} `)) return tail;
  const isRate = Object.values(tail.bases).some((power) => power < 0) && !tail.name.includes('dollar');
  if (!isRate) return null;
  const parts = [currency, tail].map((unit): [KnownUnit, number] => [{ ...unit, kind: 'physical' }, 1]);
  const { bases, size } = multiplyUnits(parts);
  return { ...tail, name: `${currency.name} ${tail.name}`, bases, size };
}

/**
 * Reads what stands behind a number, from `start` to the end of the text: a percent sign, a degree sign, words of a
 * unit with their powers. Null when any of it is not understood. A bare letter next to its number is a variable and
 * never a unit.
 */
export function parseUnitTail(text: string, start: number): UnitTail | null {
  const rest = text.slice(start).replace(/^\((?=[a-z]{4,}\)$)(.*)\)$/, '$1');
  if (percentWords.has(rest.trim()) && (rest === '%' || !isLetter(rest.charCodeAt(0))))
    return { scale: 1n, isPercent: true, unit: null };
  const tokens = splitTokens(rest);
  if (tokens === null || tokens.length === 0 || tokens.length > mostWords) return null;
  const scale = getScale(tokens[0]?.text ?? '') ?? 1n;
  if (scale > 1n) tokens.shift();
  if (tokens.length === 0) return { scale, isPercent: false, unit: null };
  const unit = nameUnit(tokens);
  return unit === null ? null : { scale, isPercent: false, unit };
}

/** Words, powers and `/` in the order written. Null when anything else stands there. */
function splitTokens(text: string): Token[] | null {
  const ordinal = /^(?:\^\{(?:\\text\{)?|\\text\{)?(?:st|nd|rd|th)\}*$/.test(text);
  if (ordinal) return [{ text: 'ordinal', power: 1, isText: true, touchesNumber: true }];
  const tokens: Token[] = [];
  const push = (word: string, isText: boolean, at: number): void => {
    tokens.push({ text: word, power: 1, isText, touchesNumber: at === 0 });
  };
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    if (tokens.length > mostWords) return null;
    const sign = [...signs.keys()].find((key) => text.startsWith(key, i));
    if (code === 32 || code === 126 || code === 42 || code === 183) i++;
    else if (text.startsWith('\\cdot', i)) i += 5;
    else if (text.startsWith('\\times', i) && i > 0) i += 6;
    // `\text{N}-\text{m}`
    else if (text.startsWith('-\\text{', i) && text[i - 1] === '}') i++;
    else if (code === 47) push('/', false, ++i);
    else if (sign !== undefined || (code > 127 && '°℃℉€£¥₹¢Ωµ'.includes(text[i] as string))) {
      const end = i + (sign?.length ?? 1);
      const written = signs.get(sign ?? '') ?? (text[i] as string);
      const scale = /^(?:\\text\{)?\s?([CF])(?![A-Za-z])\}?/.exec(text.slice(end, end + 10));
      const joins = (written === '°' && scale !== null) || written === 'µ';
      const letters = joins ? (scale?.[0] ?? text.slice(end, skipLetters(text, end))) : '';
      push(joins ? `${written}${scale?.[1] ?? letters}` : written === '°' ? 'degree' : written, true, i);
      i = end + letters.length;
    } else if (text.startsWith('\\text{', i)) {
      const end = skipBraces(text, i + 5);
      const inner = end === -1 ? null : splitText(text.slice(i + 6, end - 1));
      if (inner === null) return null;
      tokens.push(...inner);
      i = end;
    } else if (text.startsWith('\\frac{', i)) {
      const middle = skipBraces(text, i + 5);
      const end = middle === -1 || text[middle] !== '{' ? -1 : skipBraces(text, middle);
      if (end === -1) return null;
      const parts = [text.slice(i + 6, middle - 1), text.slice(middle + 1, end - 1)].map(splitTokens);
      const [top, bottom] = parts;
      if (!top || !bottom || bottom.some((token) => token.text === '/')) return null;
      tokens.push(...top, ...bottom.map((token) => ({ ...token, power: -token.power, touchesNumber: false })));
      i = end;
    } else if (code === 94) {
      const power = /^\^\{(-?\d)\}/.exec(text.slice(i, i + 5));
      const last = tokens.at(-1);
      if (power === null || last === undefined || last.text === '/') return null;
      tokens[tokens.length - 1] = { ...last, power: last.power * Number(power[1]) };
      i += (power[0] as string).length;
    } else if (code === 123) {
      const end = skipBraces(text, i);
      const inner = end === -1 ? null : splitText(text.slice(i + 1, end - 1));
      // `5{kg}` comes from texts whose `\text` was cut off.
      if (inner === null || inner.some(({ text: word }) => word.length < 2)) return null;
      tokens.push(...inner.map((token) => ({ ...token, isText: false })));
      i = end;
    } else if (isLetter(code)) {
      const end = skipLetters(text, i);
      push(text.slice(i, end), false, i);
      i = end;
      // The full stop of `ft.` and `sq.`.
      if (text[i] === '.' && !isLetter(text.charCodeAt(i + 1))) i++;
    } else return null;
  }
  return tokens;
}

function splitText(written: string): Token[] | null {
  const content = written.replaceAll('²', '^2').replaceAll('³', '^3');
  const tokens: Token[] = [];
  for (let i = 0; i < content.length; ) {
    const code = content.charCodeAt(i);
    if (tokens.length > mostWords) return null;
    if (code === 32 || code === 45 || code === 183) i++;
    else if (code === 47) {
      tokens.push({ text: '/', power: 1, isText: true, touchesNumber: false });
      i++;
    } else if (code === 94 && tokens.length > 0) {
      const power = /^\^\{?(-?\d)\}?/.exec(content.slice(i, i + 5));
      const last = tokens.at(-1) as Token;
      if (power === null || last.text === '/') return null;
      tokens[tokens.length - 1] = { ...last, power: last.power * Number(power[1]) };
      i += power[0].length;
    } else if (isLetter(code) || code > 127) {
      let end = i + 1;
      while (isLetter(content.charCodeAt(end)) || content.charCodeAt(end) > 127) end++;
      tokens.push({ text: content.slice(i, end), power: 1, isText: true, touchesNumber: false });
      i = end;
      // The full stop of `in.`, `sq.` or of the sentence; `p.m.` is no unit.
      if (content[i] === '.') {
        if (isLetter(content.charCodeAt(i + 1))) return null;
        i++;
      }
    } else return null;
  }
  return tokens;
}

const powerWords: ReadonlyMap<string, number> = new Map([
  ['square', 2],
  ['sq', 2],
  ['cubic', 3],
  ['cu', 3],
]);

interface Traits {
  readonly isWord?: boolean;
  readonly isBare?: boolean;
}

function nameUnit(tokens: readonly Token[]): Unit | null {
  const parts: [KnownUnit, number][] = [];
  let sign = 1;
  let prefix = 1;
  let isWord = false;
  let isBare = false;
  for (const token of tokens) {
    const lower = token.text.toLowerCase();
    const suffix = lower === 'squared' ? 2 : lower === 'cubed' ? 3 : 0;
    const last = parts.at(-1);
    if (token.text === '/' || lower === 'per') {
      if (sign < 0) return null;
      sign = -1;
    } else if (powerWords.has(lower)) prefix = powerWords.get(lower) as number;
    else if (suffix > 0) {
      if (last === undefined) return null;
      last[1] *= suffix;
    } else if (changesMeaning(token.text)) return null;
    else if (isUnitParticle(token.text)) {
      // Five dollars a day.
      if ((lower === 'a' || lower === 'an') && parts.length > 0 && sign > 0) sign = -1;
    } else {
      const known = readWord(token);
      if (known === null) return null;
      isWord ||= known.kind === 'vague';
      isBare ||= !token.isText && token.text.length < 3;
      parts.push([known, sign * prefix * token.power]);
      sign = 1;
      prefix = 1;
    }
  }
  if (parts.length === 0 || sign < 0 || prefix > 1) return null;
  return parts.some(([, power]) => Math.abs(power) > mostPower) ? null : makeUnit(parts, { isWord, isBare });
}

/** A unit of the table, or a thing that the table lacks where no product of letters can be meant. */
function readWord(token: Token): KnownUnit | null {
  const { text, isText } = token;
  const isReadable = isText || isReadableBare(token);
  const known = isReadable ? (isText ? findMetricUnit(text) : findUnit(text)) : undefined;
  if (known !== undefined) return known;
  const isNoun = isText ? text.length > 1 : !token.touchesNumber && /^[a-z]{4,}$/.test(text) && /[aeiou]/.test(text);
  if (!isNoun) return null;
  const name = stripPlural(text.toLowerCase());
  return { name, bases: { [`~${name}`]: 1 }, size: { numerator: 1n, denominator: 1n }, kind: 'vague' };
}

function isReadableBare({ text, touchesNumber }: Token): boolean {
  if (text.length >= 4 || shortUnits.has(text)) return text.length > 1 || !touchesNumber;
  if (touchesNumber) return false;
  return text.length === 3 || text === 'in' || bareLetters.has(text);
}

function makeUnit(parts: readonly (readonly [KnownUnit, number])[], { isWord = false, isBare = false }: Traits): Unit {
  const names: Record<string, number> = {};
  for (const [{ name }, power] of parts) names[name] = (names[name] ?? 0) + power;
  const [only] = parts;
  const offset = parts.length === 1 && only?.[1] === 1 ? only[0].offset : undefined;
  const { bases, size } = multiplyUnits(parts);
  const unit: Unit = { name: printBases(names), bases, size, isKnown: !isWord, isBare };
  return offset === undefined ? unit : { ...unit, offset };
}

/** Of how many of `b` one of `a` is made, where both have one dimension. */
export function convertUnit(a: Unit, b: Unit): Rational {
  return divideRationals(a.size, b.size);
}

/** Whether a unit may begin at the index, so that a longer reading need not be tried at every character. */
export function mayBeginUnit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code === 37) return index === text.length - 1;
  if (code === 94) return text.startsWith('^{\\circ}', index);
  if (code === 92)
    return (
      text.startsWith('\\text{', index) || text.startsWith('\\frac{\\text{', index) || text.startsWith('\\$', index)
    );
  if (code === 32) return isLetter(text.charCodeAt(index + 1));
  if (isLetter(code) && text.charCodeAt(index - 1) === 41) {
    const word = text.slice(index, skipLetters(text, index));
    return findUnit(word) !== undefined && (word.length > 3 || shortUnits.has(word));
  }
  return code > 127 || (code === 47 && text.startsWith('/\\text{', index));
}
