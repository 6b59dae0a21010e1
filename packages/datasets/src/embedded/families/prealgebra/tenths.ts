import { formatHundredths } from '../../latex.ts';

/** A whole number of tenths as a decimal: `34` is `3.4`. */
export function formatTenths(tenths: number): string {
  return formatHundredths(10 * tenths);
}

/** `315/10=31.5`, `320/10=32`. */
export function divideByTen(value: number): string {
  return `${value}/10=${formatTenths(value)}`;
}
