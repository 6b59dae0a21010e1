import type { ArmDifference, Estimate, PairedEstimate } from './estimate.ts';
import type { FunnelStage, QuestionFigures, TaughtFigures } from './figures.ts';
import type { LoopSettings, StepTrace } from './summary.ts';

/** All that the report says: `report.json`. Shares are from 0 to 1, and the order of what stands by seed is that of `seeds`. */
export interface LoopReport {
  readonly format: 1;
  readonly loop: string;
  readonly description: string;
  /** As given: the commit at which arms, sizes and settings were settled, before any of the seeds ran. */
  readonly settledAt: string | null;
  /** As given: on what the loops ran. */
  readonly machine: string | null;
  readonly seeds: readonly number[];
  readonly settingsSha256: string;
  /** Held-out problems that every arm of every seed answered. */
  readonly problems: number;
  /** Steps that the students were trained for, each number once: one where all took as many; none where no training says. */
  readonly trainingSteps: readonly number[];
  readonly arms: readonly ArmFigures[];
  /** Each arm less `seeds-only`; empty where there is none. */
  readonly againstSeeds: readonly ArmDifference[];
  /** `full` less each other arm but `seeds-only`, which stands above. */
  readonly againstFull: readonly ArmDifference[];
  readonly bySteps: readonly StepsAccuracy[];
  /** The arms that differ in the number of rows alone, the fewest first. */
  readonly scaling: readonly string[];
  readonly questions: readonly AskedQuestions[];
  readonly askedChanges: readonly AskedChange[];
  readonly funnels: readonly Funnel[];
  readonly filterChanges: readonly FilterChange[];
  readonly settings: LoopSettings;
  readonly sources: readonly Source[];
}

export interface ArmFigures {
  readonly arm: string;
  readonly title: string;
  readonly accuracy: Estimate;
  /** Replies that nobody could judge, by seed: undecided, or an error. They are not correct. */
  readonly notJudged: readonly number[];
  /** What it learned from, by seed. */
  readonly taught: readonly TaughtFigures[];
}

/** Accuracy on the problems that take so many steps. */
export interface StepsAccuracy {
  readonly steps: string;
  /** Of one seed. */
  readonly problems: number;
  readonly arms: readonly {
    readonly arm: string;
    readonly accuracy: Estimate;
    /** Less `seeds-only`; null of itself, or where there is none. */
    readonly difference: PairedEstimate | null;
  }[];
}

/** The questions of one generator, as they were asked. */
export interface AskedQuestions {
  readonly generator: string;
  readonly title: string;
  readonly bySeed: readonly QuestionFigures[];
  readonly measures: Readonly<Record<AskedMeasure, Estimate | null>>;
}

export const askedMeasures = ['valid', 'distinct', 'byHeart', 'meanSteps'] as const;
export type AskedMeasure = (typeof askedMeasures)[number];

export interface AskedChange extends PairedEstimate {
  readonly from: string;
  readonly to: string;
  readonly measure: AskedMeasure;
}

/** What became of a generator's rows. */
export interface Funnel {
  readonly generator: string;
  readonly title: string;
  readonly stages: readonly {
    readonly stage: string;
    readonly bySeed: readonly FunnelStage[];
    /** Share of rows. */
    readonly valid: Estimate | null;
    /** Share of answers; null before there are any. */
    readonly right: Estimate | null;
  }[];
}

export interface FilterChange extends PairedEstimate {
  readonly generator: string;
  readonly measure: 'valid' | 'right';
  readonly from: string;
  readonly to: string;
}

/** Where the numbers of a step come from. */
export interface Source {
  readonly step: string;
  readonly kind: string;
  readonly runs: readonly (StepTrace & { readonly seed: number; readonly run: string })[];
}
