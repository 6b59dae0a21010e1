import { excerpt } from '@scalequest/core';
import { CliError } from '../errors.ts';

interface NumberRule {
  readonly option: string;
  readonly min: number;
  readonly isInteger: boolean;
  /** Whether `min` itself is allowed. @defaultValue true */
  readonly includesMin?: boolean;
  /** The greatest value, allowed itself. @defaultValue Infinity */
  readonly max?: number;
}

/** Makes the parser of a number option: `Option '--limit' is 0; give a whole number of at least 1.` */
export function parseNumber(rule: NumberRule): (text: string) => number {
  const { option, min, max = Number.POSITIVE_INFINITY, isInteger, includesMin = true } = rule;
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    const isInRange = (includesMin ? value >= min : value > min) && value <= max;
    if (isInRange && Number.isFinite(value) && (!isInteger || Number.isSafeInteger(value))) return value;
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: `Option '${option}' is ${text === '' ? 'empty' : excerpt(text)}; give a ${isInteger ? 'whole number' : 'number'} ${describeRange({ min, max, includesMin })}.`,
      fields: { option, value: text },
    });
  };
}

function describeRange({ min, max, includesMin }: Required<Pick<NumberRule, 'min' | 'max' | 'includesMin'>>): string {
  if (max === Number.POSITIVE_INFINITY) return includesMin ? `of at least ${min}` : `above ${min}`;
  return includesMin ? `from ${min} to ${max}` : `above ${min}, at most ${max}`;
}
