import { type Rational, toRational } from './rational.ts';

/**
 * The numbers of a reference, exactly: of `(2, -\frac{1}{3})` two. Knows nothing of how references are written but
 * the three shapes of a number, so that it checks their text as well as their value.
 */
export function parseReference(reference: string): readonly Rational[] {
  const inner = /^\((.*)\)$/.exec(reference)?.[1] ?? reference;
  return inner.split(', ').map(parseNumber);
}

function parseNumber(text: string): Rational {
  const fraction = /^(-?)\\frac\{(\d+)\}\{(\d+)\}$/.exec(text);
  if (fraction !== null) return toRational(BigInt(`${fraction[1]}${fraction[2]}`), BigInt(`${fraction[3]}`));
  const decimal = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  if (decimal === null) throw new Error(`'${text}' is not a number of a reference.`);
  const decimals = decimal[2] ?? '';
  return toRational(BigInt(`${decimal[1]}${decimals}`), 10n ** BigInt(decimals.length));
}
