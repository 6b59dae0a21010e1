import { Fuel } from '../../fuel.ts';
import { parsePythonFloat } from '../symbolic/parse-python-float.ts';
import { isNear } from './is-near.ts';
import { isQwenSymbolicEqual } from './is-qwen-symbolic-equal.ts';

/** Comparisons of parts by SymPy that one pair may take: a tuple has a few, and brackets in brackets add more. */
const mostComparisons = 200;

/** Whether Qwen2.5-Math's grader counts a stripped prediction as equal to a stripped reference. */
export function isQwenEqual(prediction: string, reference: string): boolean {
  return compare(prediction, reference, new Fuel(mostComparisons));
}

function compare(prediction: string, reference: string, fuel: Fuel): boolean {
  if (!fuel.spend(1)) return false;
  if (prediction.trim().toLowerCase() === reference.trim().toLowerCase()) return true;
  if (/^[A-E]$/.test(reference) && cleanChoice(prediction) === reference) return true;
  const numbers = [readDigits(prediction), readDigits(reference)] as const;
  if (numbers[0] !== undefined && numbers[1] !== undefined) return isCloseNumber(numbers[0], numbers[1]);
  if (prediction === '') return false;
  return compareTexts(prediction.trim(), reference.trim(), fuel);
}

/** The last letter A to E that stands alone, or the text without points and slashes at its end. */
function cleanChoice(prediction: string): string {
  const text = prediction
    .replaceAll(/^\n+|\n+$/g, '')
    .replace(/\.+$/, '')
    .replace(/\/+$/, '')
    .replaceAll(/^ +| +$/g, '')
    .replace(/^:+/, '');
  const letter = text
    .toUpperCase()
    .match(/\b[ABCDE]\b/g)
    ?.at(-1);
  return (
    letter ??
    text
      .trim()
      .replaceAll(/^\.+|\.+$/g, '')
      .replace(/\/+$/, '')
  );
}

/** Thousands commas do not count, and a percent sign divides. */
function readDigits(text: string): number | undefined {
  const digits = text.replaceAll(',', '');
  const value = parsePythonFloat(digits);
  if (value !== undefined || !digits.endsWith('%')) return value;
  const share = parsePythonFloat(digits.replace(/\\?%$/, ''));
  return share === undefined ? undefined : share / 100;
}

function isCloseNumber(prediction: number, reference: number): boolean {
  return [reference / 100, reference, reference * 100].some((value) => isNear(value, prediction));
}

function compareTexts(prediction: string, written: string, fuel: Fuel): boolean {
  const reference = prediction.includes('pmatrix') && !written.includes('pmatrix') ? writeAsMatrices(written) : written;
  return (
    isSameWithoutBrackets(prediction, reference) ||
    isSameTuple(prediction, reference, fuel) ||
    isSameMatrix(prediction, reference, fuel) ||
    isSameEquation(prediction, reference, fuel) ||
    isQwenSymbolicEqual(prediction, reference)
  );
}

/** `{1,2}` as a matrix of one row, as the toolkit writes it: with one backslash where rows would need two. */
function writeAsMatrices(reference: string): string {
  const sets = reference.match(/\{.*,.*\}/g) ?? [];
  return sets
    .map((set) => `\\begin{pmatrix}${set.replaceAll(/^[{}]+|[{}]+$/g, '').replaceAll(',', '\\')}\\end{pmatrix}`)
    .join(', ');
}

function isSameWithoutBrackets(prediction: string, reference: string): boolean {
  const isList = prediction.startsWith('[') && prediction.endsWith(']') && !reference.startsWith('(');
  const isTuple = prediction.startsWith('(') && prediction.endsWith(')') && !reference.startsWith('[');
  const [a, b] = [prediction, reference].map((text) => {
    const inside = isList || isTuple ? text.replaceAll(/^[[\]()]+|[[\]()]+$/g, '') : text;
    return inside.replaceAll(/[{}()]/g, '').toLowerCase();
  });
  return a === b;
}

/** Both open with a bracket and close one somewhere: their first and last character are taken off. */
function isSameTuple(prediction: string, reference: string, fuel: Fuel): boolean {
  const bracketed = /^[([].+[)\]]/;
  if (!bracketed.test(prediction) || !bracketed.test(reference)) return false;
  return haveSameParts([prediction.slice(1, -1).split(','), reference.slice(1, -1).split(',')], fuel);
}

function haveSameParts([a, b]: readonly [readonly string[], readonly string[]], fuel: Fuel): boolean {
  return a.length === b.length && a.every((part, i) => compare(part, b[i] as string, fuel));
}

function isSameMatrix(prediction: string, reference: string, fuel: Fuel): boolean {
  const rows = [prediction, reference].map(readRows);
  const [a, b] = rows;
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return a.every((row, i) => haveSameParts([row.split('&'), (b[i] as string).split('&')], fuel));
}

function readRows(text: string): readonly string[] | undefined {
  const inside = /^\\begin\{[pb]matrix\}(.*)\\end\{[pb]matrix\}$/s.exec(text)?.[1];
  return inside
    ?.split('\\\\')
    .map((row) => row.trim())
    .filter((row) => row !== '');
}

/** Two equations by the difference of their sides; one against a value where its left side is at most two characters. */
function isSameEquation(prediction: string, reference: string, fuel: Fuel): boolean {
  const [ours, theirs] = [prediction.split('='), reference.split('=')];
  if (ours.length === 2 && theirs.length === 2) {
    const difference = `${ours[0]?.trim()} - (${ours[1]?.trim()})`;
    const other = `${theirs[0]?.trim()} - (${theirs[1]?.trim()})`;
    return isQwenSymbolicEqual(difference, other) || isQwenSymbolicEqual(`-(${difference})`, other);
  }
  if (isShortEquation(ours) && theirs.length === 1) return compare(ours[1] as string, reference, fuel);
  return isShortEquation(theirs) && ours.length === 1 && compare(prediction, theirs[1] as string, fuel);
}

function isShortEquation(sides: readonly string[]): boolean {
  return sides.length === 2 && (sides[0] as string).trim().length <= 2;
}
