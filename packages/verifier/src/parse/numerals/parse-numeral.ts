import type { Form } from '../reader.ts';
import { parseBased } from './parse-based.ts';
import { parseCompound } from './parse-compound.ts';
import { parseDate } from './parse-date.ts';
import { parseRatio } from './parse-ratio.ts';
import { parseTime } from './parse-time.ts';

const forms: readonly Form[] = [parseBased, parseTime, parseRatio, parseDate, parseCompound];

/** Numerals to a base, ratios, times of day, days of the calendar, and measures in several units. */
export const parseNumeral: Form = (text, reader) => {
  for (const form of forms) {
    const value = form(text, reader);
    if (value !== undefined) return value;
  }
  return undefined;
};
