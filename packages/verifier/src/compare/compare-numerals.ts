import type { FormComparer } from './comparison.ts';

/** Numerals to a base, ratios and times, also against numbers. */
export const compareNumerals: FormComparer = () => undefined;
