import { formatHundredths } from '../../latex.ts';

/** A whole number of tenths as a decimal: `34` is `3.4`. */
export function formatTenths(tenths: number): string {
  return formatHundredths(10 * tenths);
}
