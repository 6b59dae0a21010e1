import { isDigit } from '../../chars.ts';
import { addRationals, divideRationals, multiplyRationals, type Rational } from '../../rational.ts';
import type { Form } from '../reader.ts';
import { printBases } from '../units.ts';
import type { NumberValue } from '../values.ts';

const mostParts = 4;

/**
 * A measure in several units, each smaller than the one before it: `3 hours 30 minutes`, `5 ft 6 in`, `30^\circ 15'`,
 * `2 \text{ hours and } 5 \text{ minutes}`. One number in the smallest of them.
 */
export const parseCompound: Form = (text, reader) => {
  const isNegative = text.charCodeAt(0) === 45;
  const pieces = splitParts(isNegative ? text.slice(1) : text);
  if (pieces === undefined || !reader.fuel.spend(text.length)) return undefined;
  const isAngle = (pieces[0] as string).endsWith('^{\\circ}');
  const parts: NumberValue[] = [];
  for (const piece of pieces) {
    const value = reader.readValue(spellMarks(piece, isAngle));
    if (value?.kind !== 'number' || value.unit === null || value.isPercent) return undefined;
    parts.push(value);
  }
  const last = parts.at(-1) as NumberValue;
  let sum: Rational = { numerator: 0n, denominator: 1n };
  for (const [i, part] of parts.entries()) {
    const next = parts[i + 1];
    if (part.unit === null || last.unit === null || part.value.numerator < 0n) return undefined;
    if (printBases(part.unit.bases) !== printBases(last.unit.bases)) return undefined;
    if (next?.unit && !(part.value.denominator === 1n && isBelow(inBases(next), part.unit.size))) return undefined;
    sum = addRationals(sum, divideRationals(inBases(part), last.unit.size));
  }
  return { ...last, value: isNegative ? { ...sum, numerator: -sum.numerator } : sum };
};

function inBases({ value, unit }: NumberValue): Rational {
  return unit === null ? value : multiplyRationals(value, unit.size);
}

function isBelow(a: Rational, b: Rational): boolean {
  return a.numerator * b.denominator < b.numerator * a.denominator;
}

/** A part begins at digits behind letters or marks of a unit, perhaps with a comma or "and" between. */
function splitParts(text: string): readonly string[] | undefined {
  if (!isDigit(text.charCodeAt(0))) return undefined;
  const starts = [0];
  let hasUnit = false;
  let depth = 0;
  for (let i = 1; i < text.length; i++) {
    const character = text[i] as string;
    if (character === '{') depth++;
    else if (character === '}') depth--;
    if (depth > 0) hasUnit = true;
    else if (isDigit(character.charCodeAt(0))) {
      if (hasUnit) starts.push(i);
      hasUnit = false;
    } else if ('=<>+*()[]:_|'.includes(character)) return undefined;
    else if (!'., /\\'.includes(character)) hasUnit = true;
    if (starts.length > mostParts) return undefined;
  }
  if (starts.length < 2 || !hasUnit) return undefined;
  return starts.map((start, i) => {
    const piece = text.slice(start, starts[i + 1]).trim();
    return piece
      .replace(/,$/, '')
      .trim()
      .replace(/(?:\\text\{and\}|\band)$/, '')
      .replace(/ and\}$/, '}')
      .replace(/,$/, '')
      .trim();
  });
}

/** Feet and inches, or minutes and seconds of arc, by what the first part is. */
function spellMarks(piece: string, isAngle: boolean): string {
  const match = /^([\d.]+)\s?('|′|\^\{\\prime\}|''|"|″|\^\{\\prime\\prime\}|\\text\{''?\})$/.exec(piece);
  if (match === null) return piece;
  const isSecond = /''|"|″|\\prime\\prime/.test(match[2] as string);
  const names = isAngle ? ['arcminute', 'arcsecond'] : ['foot', 'inch'];
  return `${match[1]}\\text{${names[isSecond ? 1 : 0]}}`;
}
