import type { ToleranceOptions, VerifyOptions } from './types.ts';

/** What the published grading of a benchmark asks for, where that is more than the defaults. */
export const benchmarkSettings: Readonly<Record<'gsm-hard' | 'aime' | 'amc', VerifyOptions>> = {
  // Its references come from programs run on doubles, and 779 of 1,319 are beyond a million: graders take a ten-thousandth.
  'gsm-hard': { tolerance: { relative: '1e-4' } },
  // Integers: a percent sign would make another number of one.
  aime: { policies: { 'percent-sign': false } },
  amc: { policies: { 'percent-sign': false } },
};

/** What a record of OlympiadBench says of its grading. */
export interface OlympiadBenchFields {
  /** The field `error`: null, a bound such as `1e-1`, or one for each answer, `[1e+34, 0.001]`. */
  readonly error: string | null;
  /**
   * The field `unit`: the unit of the answer where its gold has none. The gold with this unit must then be another
   * reference, and an answer in a unit is compared with that one alone.
   *
   * @defaultValue null
   */
  readonly unit?: string | null;
}

/**
 * The settings for one problem of OlympiadBench by its fields `error` and `unit`. Several answers need no setting: order
 * is free. Where the unit is known, one on one side only does not go without saying: 45 seconds are no gold 45 in minutes.
 *
 * @example
 * verifyAnswer({ reference: '2.5', candidate: '2.6' }, settingsForOlympiadBench({ error: '1e-1' })); // equal
 */
export function settingsForOlympiadBench({ error, unit = null }: OlympiadBenchFields): VerifyOptions {
  // A percent sign is no unit to the verifier, and an answer may always leave it out.
  const isUnitKnown = unit !== null && unit !== '' && unit !== '%';
  const policies: Pick<VerifyOptions, 'policies'> = isUnitKnown ? { policies: { 'unit-omitted': false } } : {};
  const bounds = (error ?? '')
    .replaceAll(/[[\]]/g, '')
    .split(',')
    .map((bound) => bound.trim())
    .filter((bound) => bound !== '');
  const [first] = bounds;
  if (first === undefined) return policies;
  const tolerance: ToleranceOptions = { absolute: bounds.length === 1 ? first : bounds };
  return { ...policies, tolerance };
}
