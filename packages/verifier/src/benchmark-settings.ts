import type { ToleranceOptions, VerifyOptions } from './types.ts';

/** What the published grading of a benchmark asks for, where that is more than the defaults. */
export const benchmarkSettings: Readonly<Record<'gsm-hard' | 'aime' | 'amc', VerifyOptions>> = {
  // Its references come from programs run on doubles, and 779 of 1,319 are beyond a million: graders take a ten-thousandth.
  'gsm-hard': { tolerance: { relative: '1e-4' } },
  // Integers: a percent sign would make another number of one.
  aime: { policies: { 'percent-sign': false } },
  amc: { policies: { 'percent-sign': false } },
};

/**
 * The settings for one problem of OlympiadBench by its field `error`: null, a bound such as `1e-1`, or one for each
 * answer, `[1e+34, 0.001]`. Several answers and omitted units need no setting: order is free, and units go without
 * saying.
 *
 * @example
 * verifyAnswer({ reference: '2.5', candidate: '2.6' }, settingsForOlympiadBench({ error: '1e-1' })); // equal
 */
export function settingsForOlympiadBench({ error }: { readonly error: string | null }): VerifyOptions {
  const bounds = (error ?? '')
    .replaceAll(/[[\]]/g, '')
    .split(',')
    .map((bound) => bound.trim())
    .filter((bound) => bound !== '');
  const [first] = bounds;
  if (first === undefined) return {};
  const tolerance: ToleranceOptions = { absolute: bounds.length === 1 ? first : bounds };
  return { tolerance };
}
