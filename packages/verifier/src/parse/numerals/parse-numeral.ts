import type { Form } from '../reader.ts';

/** Numerals to a base, ratios, times of day. */
export const parseNumeral: Form = () => undefined;
