import {
  adjustByHolm,
  computeCrossedInterval,
  computeMeanInterval,
  type MeanInterval,
  resampleCrossed,
  testMcNemar,
} from '@scalequest/eval';
import { countCorrect } from './figures.ts';

/** A mean over the seeds. The ends are null where there is one seed, or one problem. */
export interface Estimate {
  /** In the order of the seeds. */
  readonly bySeed: readonly number[];
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** What the interval of a difference says of it, by rule. */
export type Finding = 'above zero' | 'below zero' | 'not shown' | 'no interval';

/** Of two of the same seeds. */
export interface PairedEstimate extends Estimate {
  readonly finding: Finding;
  /** Adjusted by Holm over its table; null where there is no interval. */
  readonly holmPValue: number | null;
  readonly pValue: number | null;
}

/** Of two arms, which had the same problems. */
export interface ArmDifference extends PairedEstimate {
  readonly arm: string;
  readonly against: string;
  /** Student's t over the seeds' differences: as if there were no other problems. */
  readonly overSeeds: Ends | null;
  /** Seeds and problems both drawn anew. */
  readonly resampled: Ends | null;
  readonly mcNemar: readonly { readonly gained: number; readonly lost: number; readonly pValue: number }[];
}

export interface Ends {
  readonly low: number;
  readonly high: number;
}

/** Student's t over the seeds, for shares that are measured on other things in each seed. */
export function estimateOverSeeds(bySeed: readonly number[]): Estimate {
  return toEstimate(bySeed, computeMeanInterval(bySeed));
}

/** The accuracy of an arm, over seeds and problems. */
export function estimateAccuracy(lettersBySeed: readonly string[]): Estimate {
  const bySeed = lettersBySeed.map((letters) => countCorrect(letters) / letters.length);
  const { mean, low, high, ...rest } = toEstimate(bySeed, computeCrossedInterval(lettersBySeed.map(markCorrect)));
  return { ...rest, mean, low: low === null ? null : Math.max(0, low), high: high === null ? null : Math.min(1, high) };
}

/** Differences of before and after in each seed, by their names in the order given; Holm is over all of them. */
export function comparePairs<Name extends object>(
  pairs: readonly { readonly name: Name; readonly before: readonly number[]; readonly after: readonly number[] }[],
): readonly (Name & PairedEstimate)[] {
  const compared = pairs.map(({ name, before, after }) => {
    const bySeed = after.map((value, s) => value - (before[s] as number));
    const interval = computeMeanInterval(bySeed);
    return { ...name, ...toEstimate(bySeed, interval), pValue: interval?.pValue ?? null };
  });
  return addHolm(compared);
}

export interface ComparedArms {
  readonly arm: string;
  readonly against: string;
}

/** Holm is over all of them. */
export function compareArms(
  pairs: readonly ComparedArms[],
  lettersOf: ReadonlyMap<string, readonly string[]>,
): readonly ArmDifference[] {
  const compared = pairs.map(({ arm, against }) => {
    const own = (lettersOf.get(arm) ?? []).map(markCorrect);
    const other = (lettersOf.get(against) ?? []).map(markCorrect);
    const rows = own.map((row, s) => row.map((value, p) => value - (other[s]?.[p] as number)));
    const bySeed = rows.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
    const interval = computeCrossedInterval(rows);
    const overSeeds = computeMeanInterval(bySeed);
    return {
      ...{ arm, against, ...toEstimate(bySeed, interval), pValue: interval?.pValue ?? null },
      overSeeds: overSeeds === null ? null : { low: overSeeds.low, high: overSeeds.high },
      resampled: resampleCrossed(rows, { seed: `${arm}/${against}` }),
      mcNemar: rows.map((row) => {
        const gained = row.filter((value) => value > 0).length;
        const lost = row.filter((value) => value < 0).length;
        return { gained, lost, pValue: testMcNemar({ gained, lost }) };
      }),
    };
  });
  return addHolm(compared);
}

function markCorrect(letters: string): number[] {
  return Array.from(letters, (letter) => Number(letter === 'c'));
}

function toEstimate(bySeed: readonly number[], interval: MeanInterval | null): Estimate {
  const mean = bySeed.reduce((sum, value) => sum + value, 0) / bySeed.length;
  return { bySeed, mean, low: interval?.low ?? null, high: interval?.high ?? null };
}

function addHolm<Compared extends Estimate & { readonly pValue: number | null }>(
  compared: readonly Compared[],
): readonly (Compared & PairedEstimate)[] {
  const adjusted = adjustByHolm(compared.map(({ pValue }) => pValue ?? 1));
  return compared.map((one, i) => ({
    ...one,
    holmPValue: one.pValue === null ? null : (adjusted[i] as number),
    finding: judge(one),
  }));
}

function judge({ low, high }: Estimate): Finding {
  if (low === null || high === null) return 'no interval';
  if (low > 0) return 'above zero';
  return high < 0 ? 'below zero' : 'not shown';
}
