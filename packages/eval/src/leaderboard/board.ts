import type { Outcome } from '../outcomes/outcome.ts';
import type { Cost, GraderRow } from '../outcomes/summary.ts';
import type { TokenCounts } from '../outcomes/tally.ts';
import type { Interval } from '../statistics/wilson.ts';

/** Why a row carries a mark: more undecided than 2 %, or more truncated than 5 %. */
export type BoardMark = 'undecided' | 'truncated';

/** A result that was measured, from a result file. */
export interface MeasuredRow {
  readonly kind: 'measured';
  /** The file's name in `leaderboard/results`. */
  readonly file: string;
  /** Of the file's canonical JSON: whatever changes in it changes the board. */
  readonly fileSha256: string;
  readonly model: string;
  /** `asked` from the model by the protocol; `recorded` elsewhere. */
  readonly replies: 'asked' | 'recorded';
  /** Where recorded replies come from, with their licence, and what is to be known of them. */
  readonly source?: { readonly what: string; readonly licence: string; readonly note?: string };
  /** Whose verdicts the score counts. */
  readonly grader: string;
  readonly correct: number;
  readonly samples: number;
  readonly epochs: number;
  /** correct / samples */
  readonly score: number;
  readonly interval: Interval;
  /** The score if every undecided sample and every error were wrong, or correct. */
  readonly bounds: { readonly low: number; readonly high: number };
  /**
   * The places that it may have among the measured rows of its table: those of the same problems that a paired test, Holm
   * corrected, calls better come before it, those that it calls worse behind.
   */
  readonly rank: { readonly best: number; readonly worst: number };
  /** Two rows that share one of these letters cannot be told apart by that test, or were not tested; others can. */
  readonly groups: readonly string[];
  readonly rates: Readonly<Record<Exclude<Outcome, 'correct' | 'wrong'>, number>>;
  readonly marks: readonly BoardMark[];
  /** Every grader that judged the same replies; `source-label` is the label that came with recorded replies. */
  readonly graders: Readonly<Record<string, GraderRow>>;
  /** The lowest and the highest score that a grader gives, the source's label left out. */
  readonly spread: { readonly min: number; readonly max: number };
  /** Null where nobody said how recorded replies were asked. */
  readonly protocol: { readonly label: string; readonly sha256: string } | null;
  /** Unbiased, of results with several epochs, by k. */
  readonly passAtK: Readonly<Record<string, number>>;
  readonly tokens: TokenCounts | null;
  readonly cost: Cost | null;
}

/** A value that somebody else published. */
export interface ReportedRow {
  readonly kind: 'reported';
  readonly model: string;
  /** In per cent. */
  readonly percent: number;
  /** Digits behind the point, as published: 91 with one of them is `91.0`. */
  readonly digits: number;
  /** Such as `arXiv 2410.18693v2, table 1`. */
  readonly source: string;
  /** Such as that no k of n gives it, or that the source names no model. */
  readonly notes: readonly string[];
}

/** One benchmark's table: measured rows by score, the best first, then reported ones. */
export interface BoardTable {
  readonly benchmark: string;
  readonly title: string;
  readonly problems: number;
  readonly measured: readonly MeasuredRow[];
  readonly reported: readonly ReportedRow[];
}

/** The content of `LEADERBOARD.json`: what the Markdown and the page are made from. */
export interface Board {
  readonly format: 1;
  readonly tables: readonly BoardTable[];
  /** What was left out and why, and the like: whole sentences. */
  readonly notes: readonly string[];
}
