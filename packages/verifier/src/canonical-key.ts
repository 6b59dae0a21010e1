import { printCanonical, printCanonicalEquation } from './canonical/print-canonical.ts';
import { isLoneLetter } from './compare/find-doubt.ts';
import type { Expression } from './expression/expression.ts';
import { listSymbols } from './expression/symbols.ts';
import { Fuel } from './fuel.ts';
import { unitVectors } from './parse/matrices/unit-vectors.ts';
import { parseAnswer } from './parse/parse-answer.ts';
import type { Unit } from './parse/parse-unit.ts';
import { type End, printValue, type Value } from './parse/values.ts';
import { resolveSettings } from './presets.ts';
import { normalizeText } from './text/normalize-text.ts';
import type { VerifyOptions } from './types.ts';
import { longestAnswer } from './verify-answer.ts';

/** Longer keys are no use as keys. */
const longestKey = 4000;

/**
 * A text that equal answers share, for voting and for finding duplicates: two answers with one key are `equal` under
 * the preset `strict`. Not the other way round: answers that only a computation shows to be equal have several keys, so
 * {@link groupAnswers} confirms by verifying. Null where an answer has no canonical form.
 *
 * The key rests on exact forms and not on random draws: it is the same in every process, and a change of the format
 * changes its prefix.
 *
 * @example
 * canonicalKey('\\frac{2}{\\sqrt{2}}') === canonicalKey('\\sqrt{2}'); // true
 */
export function canonicalKey(answer: string, options: VerifyOptions = {}): string | null {
  if (answer.length > longestAnswer) return null;
  const fuel = new Fuel(resolveSettings(options).fuel);
  const [reading] = parseAnswer(normalizeText(answer), fuel).readings;
  const key = reading === undefined ? null : printKey(reading, fuel);
  return key === null || key.length > longestKey || fuel.isOut ? null : `k1:${key}`;
}

function printKey(value: Value, fuel: Fuel): string | null {
  const inner = (part: Value): string | null => printKey(part, fuel);
  const scalar = (expression: Expression): string | null => printCanonical(expression, fuel);
  const all = (values: readonly Value[]): string[] | null => collect(values.map(inner));
  switch (value.kind) {
    case 'number':
      return printMeasure(scalar({ kind: 'rational', value: value.value }), value);
    case 'expression': {
      // The null vector is no number, though nothing of its unit vectors is left.
      const isVector = listSymbols(value.expression).some((name) => unitVectors.some((unit) => unit === name));
      return join(collect([scalar(value.expression)]), '', [isVector ? 'vector ' : '', '']);
    }
    case 'quantity':
      return printMeasure(scalar(value.expression), value);
    case 'tuple':
      return join(all(value.items), ',', [value.open, value.close]);
    case 'set':
      return join(sortOnce(all(value.items)), ',', ['{', '}']);
    case 'list': {
      // A, B, C may be an order of finish.
      const isOrdered = value.items.every((item) => item.kind === 'expression' && isLoneLetter(item.expression));
      const keys = all(value.items);
      return join(isOrdered ? keys : (keys?.sort() ?? null), ',', [`list ${value.word ?? ''}<`, '>']);
    }
    case 'region': {
      const pieces = value.pieces.map(({ low, high }) => {
        const ends = collect([low, high].map(({ value: end }: End) => (end === null ? 'inf' : scalar(end))));
        return join(ends, ',', [low.isClosed ? '[' : '(', high.isClosed ? ']' : ')']);
      });
      return join(collect(pieces), 'U', [`${value.variable ?? ''} in `, '']);
    }
    case 'matrix':
      return join(collect(value.rows.map((row) => join(all(row), ',', ['', '']))), ';', ['matrix<', '>']);
    case 'assignment': {
      const entries = value.entries.map((entry) => [entry.name, inner(entry.value)] as const);
      const keys = collect(entries.map(([name, key]) => key && `${JSON.stringify(name)}=${key}`));
      return join(keys?.sort() ?? null, ',', ['let<', '>']);
    }
    case 'relation': {
      const { left, right, operator } = value;
      if (operator === '=' && left.kind === 'expression' && right.kind === 'expression') {
        const equation = printCanonicalEquation(left.expression, right.expression, fuel);
        if (equation !== null) return `${equation}=0`;
      }
      return join(all([left, right]), ` ${operator} `, ['', '']);
    }
    case 'ratio':
      return join(all(value.terms), ':', ['', '']);
    case 'function':
      return join(all([value.body]), '', [`${JSON.stringify([value.name, ...value.parameters])}->`, '']);
    case 'infinity':
    case 'based':
    case 'time':
    case 'date':
    case 'boolean':
    case 'words':
      return `${value.kind} ${printValue(value)}`;
    case 'choice':
      return value.content === null ? printValue(value) : join(all([value.content]), '', [`${value.letters} `, '']);
    default:
      return null;
  }
}

function printMeasure(
  amount: string | null,
  { isPercent, unit }: { readonly isPercent: boolean; readonly unit: Unit | null },
): string | null {
  if (amount === null || (!isPercent && unit === null)) return amount;
  return `${amount}${isPercent ? '%' : ''}${unit === null ? '' : ` unit ${unit.name}`}`;
}

function collect(keys: readonly (string | null)[]): string[] | null {
  return keys.some((key) => key === null) ? null : (keys as string[]);
}

function sortOnce(keys: readonly string[] | null): readonly string[] | null {
  return keys && [...new Set(keys)].sort();
}

function join(
  keys: readonly string[] | null,
  separator: string,
  [open, close]: readonly [string, string],
): string | null {
  return keys && `${open}${keys.join(separator)}${close}`;
}
