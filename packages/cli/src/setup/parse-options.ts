import { CliError } from '../errors.ts';

interface NumberRule {
  readonly option: string;
  readonly min: number;
  readonly isInteger: boolean;
  /** Whether `min` itself is allowed. @defaultValue true */
  readonly includesMin?: boolean;
}

/** Makes the parser of a number option: `Option '--limit' is 0; give a whole number of at least 1.` */
export function parseNumber({ option, min, isInteger, includesMin = true }: NumberRule): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    const isInRange = includesMin ? value >= min : value > min;
    if (isInRange && Number.isFinite(value) && (!isInteger || Number.isSafeInteger(value))) return value;
    const kind = isInteger ? 'whole number' : 'number';
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: `Option '${option}' is ${text === '' ? 'empty' : text}; give a ${kind} ${includesMin ? 'of at least' : 'above'} ${min}.`,
      fields: { option, value: text },
    });
  };
}
