import { isLetter, skipBraces, skipLetters } from '../chars.ts';
import { changesMeaning, findUnit, getScaleExponent, isUnitParticle } from './units.ts';

/** A unit as it was written behind a number, in one spelling. */
export interface Unit {
  /** Canonical text, such as `mile per hour` or `cm^2`. The same text is the same unit; different ones may convert. */
  readonly name: string;
  /** The dimension that its number may be converted in, with its power; null where none or several are known. */
  readonly dimension: { readonly name: string; readonly power: number } | null;
  /** Whether its zero may lie elsewhere, as between degrees Celsius and Fahrenheit, or it measures several things. */
  readonly convertsFreely: boolean;
}

export interface UnitTail {
  /** The power of ten of `thousand`, `million` and the like before the unit. */
  readonly scaleExponent: number;
  readonly isPercent: boolean;
  readonly unit: Unit | null;
}

/** More words than this are a sentence. */
const mostWords = 6;

interface Word {
  readonly text: string;
  /** Whether it stood in `\text{}`, where a word is never a product of variables. */
  readonly isText: boolean;
  /** Whether nothing separates it from the number, as in `3mg`, which may as well be a weight. */
  readonly touchesNumber?: boolean;
}

/** Words of two letters that are units even outside `\text{}`; `mg`, `ms`, `in` and others are products just as often. */
const shortUnits: ReadonlySet<string> = new Set(['cm', 'km', 'kg', 'mm', 'ft', 'lb', 'hr', 'yd', 'oz', 'ml']);

/** Measures with other measures beside them that the table does not convert to. */
const freeUnits: ReadonlySet<string> = new Set([
  'mph',
  'kph',
  'acre',
  'hectare',
  'calorie',
  'watts',
  'kw',
  'kwh',
  'joules',
]);

/** What may follow a `/` as a bare letter: `km/h`, `m/s`. */
const bareAfterSlash: ReadonlySet<string> = new Set(['h', 's']);

const degreeUnit: Unit = { name: 'degree', dimension: null, convertsFreely: false };

const dollarUnit: Unit = { name: 'dollar', dimension: { name: 'money', power: 1 }, convertsFreely: false };

const currencies: ReadonlyMap<string, Unit> = new Map([
  ['€', makeCurrency('euro')],
  ['£', makeCurrency('pound sterling')],
  ['¥', makeCurrency('yen')],
  ['₹', makeCurrency('rupee')],
]);

function makeCurrency(name: string): Unit {
  return { name, dimension: { name: 'money', power: 1 }, convertsFreely: false };
}

/** The currency whose sign stands at the index: `\$` or one character. */
export function findCurrency(text: string, index: number): Unit | null {
  return text.startsWith('\\$', index) ? dollarUnit : (currencies.get(text[index] ?? '') ?? null);
}

/**
 * Reads what stands behind a number, from `start` to the end of the text: a percent sign, a degree sign, words of a
 * unit with their powers. Null when any of it is not understood. A bare letter is a variable and never a unit.
 */
export function parseUnitTail(text: string, start: number): UnitTail | null {
  const rest = text.slice(start);
  if (rest === '%' || rest === '\\text{percent}' || rest === ' percent') {
    return { scaleExponent: 0, isPercent: true, unit: null };
  }
  if (rest.startsWith('^{\\circ}')) return readDegrees(rest.slice(8));
  const sign = rest[0] === ' ' ? rest.slice(1) : rest;
  const currency = findCurrency(sign, 0);
  if (currency !== null && (sign === '\\$' || sign.length === 1))
    return { scaleExponent: 0, isPercent: false, unit: currency };
  const words = splitUnitWords(rest);
  if (words === null || words.length === 0 || words.length > mostWords) return null;
  const scaleExponent = getScaleExponent(words[0]?.text ?? '') ?? 0;
  if (scaleExponent > 0) words.shift();
  if (words.length === 0) return { scaleExponent, isPercent: false, unit: null };
  const unit = nameUnit(words);
  return unit === null ? null : { scaleExponent, isPercent: false, unit };
}

function readDegrees(rest: string): UnitTail | null {
  const scale = rest.startsWith('\\text{') && rest.endsWith('}') ? rest.slice(6, -1) : rest;
  if (scale === '') return { scaleExponent: 0, isPercent: false, unit: degreeUnit };
  if (scale !== 'C' && scale !== 'F') return null;
  const unit: Unit = { name: `degree ${scale}`, dimension: null, convertsFreely: true };
  return { scaleExponent: 0, isPercent: false, unit };
}

/** Words, powers as `^2` and `/` in the order written. Null when anything else stands there. */
function splitUnitWords(text: string): Word[] | null {
  const words: Word[] = [];
  let i = 0;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (words.length > mostWords) return null;
    if (code === 32) i++;
    else if (code === 47) {
      words.push({ text: '/', isText: false });
      i++;
    } else if (text.startsWith('\\text{', i)) {
      const end = skipBraces(text, i + 5);
      if (end === -1 || !pushTextWords(words, text.slice(i + 6, end - 1))) return null;
      i = end;
    } else if (code === 94) {
      const power = text.slice(i, i + 4);
      if (power !== '^{2}' && power !== '^{3}') return null;
      words.push({ text: power === '^{2}' ? '^2' : '^3', isText: false });
      i += 4;
    } else if (code === 123) {
      const end = skipLetters(text, i + 1);
      if (text.charCodeAt(end) !== 125 || end === i + 1) return null;
      // `5{kg}` comes from texts whose `\text` was cut off.
      words.push({ text: text.slice(i + 1, end), isText: false });
      i = end + 1;
    } else if (isLetter(code)) {
      const end = skipLetters(text, i);
      words.push({ text: text.slice(i, end), isText: false, touchesNumber: i === 0 });
      i = end;
    } else return null;
  }
  return words;
}

function pushTextWords(words: Word[], content: string): boolean {
  let i = 0;
  while (i < content.length) {
    const code = content.charCodeAt(i);
    if (words.length > mostWords) return false;
    if (code === 32) i++;
    else if (code === 47) {
      words.push({ text: '/', isText: true });
      i++;
    } else if (code === 94 && (content[i + 1] === '2' || content[i + 1] === '3')) {
      words.push({ text: content.slice(i, i + 2), isText: true });
      i += 2;
    } else if (isLetter(code)) {
      const end = skipLetters(content, i);
      words.push({ text: content.slice(i, end), isText: true });
      i = end;
      // The full stop of `in.`, `sq.` or of the sentence; `p.m.` is no unit.
      if (content[i] === '.') {
        if (isLetter(content.charCodeAt(i + 1))) return false;
        i++;
      }
    } else return false;
  }
  return true;
}

function nameUnit(words: readonly Word[]): Unit | null {
  const names: string[] = [];
  let dimension: string | null = null;
  let measures = 0;
  let power = 1;
  let isCompound = false;
  for (const [index, word] of words.entries()) {
    const { text, isText } = word;
    if (text === '/' || text.toLowerCase() === 'per') {
      names.push('per');
      isCompound = true;
    } else if (text === '^2' || text === '^3') {
      if (names.length === 0) return null;
      names.push(text);
      power = text === '^2' ? 2 : 3;
    } else if (changesMeaning(text)) return null;
    else {
      const isAfterSlash = bareAfterSlash.has(text) && words[index - 1]?.text === '/';
      const known = isText || isAfterSlash || isReadableBare(word) ? findUnit(text) : undefined;
      if (known !== undefined) {
        names.push(known.name);
        measures++;
        if (known.dimension !== '') dimension = known.dimension;
      } else if (isUnitParticle(text)) {
        if (text.toLowerCase() === 'square' || text.toLowerCase() === 'sq') power = 2;
        else if (text.toLowerCase() === 'cubic') power = 3;
        names.push(text.toLowerCase() === 'sq' ? 'square' : text.toLowerCase());
      } else if (isText && text.length > 1) names.push(text);
      else return null;
    }
  }
  if (names.every(isUnitParticle)) return null;
  const name = names.join(' ');
  if (isCompound || measures > 1) return { name, dimension: null, convertsFreely: measures > 1 };
  return {
    name: writePower(names, power),
    dimension: dimension === null ? null : { name: dimension, power },
    convertsFreely: freeUnits.has(name),
  };
}

function isReadableBare({ text, touchesNumber }: Word): boolean {
  if (text.length >= 4) return true;
  if (touchesNumber === true) return false;
  return text.length === 3 || shortUnits.has(text);
}

/** `square cm`, `sq cm` and `cm^2` get one name. */
function writePower(names: readonly string[], power: number): string {
  if (power === 1) return names.join(' ');
  const bare = names.filter((name) => name !== 'square' && name !== 'cubic' && name !== '^2' && name !== '^3');
  return `${bare.join(' ')}^${power}`;
}
