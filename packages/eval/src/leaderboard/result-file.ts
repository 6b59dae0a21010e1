import type { Outcome } from '../outcomes/outcome.ts';
import type { Cost } from '../outcomes/summary.ts';
import type { TokenCounts } from '../outcomes/tally.ts';
import type { BoardMark } from './board.ts';

/** How a result file writes an outcome: one letter a sample. */
export const outcomeLetters: Readonly<Record<Outcome, string>> = {
  correct: 'c',
  wrong: 'w',
  'no-answer': 'n',
  truncated: 't',
  undecided: 'u',
  error: 'e',
};

/** The content of `leaderboard/results/*.json`: no problem, no reply, no id. */
export interface ResultFile {
  readonly format: 1;
  readonly benchmark: string;
  readonly model: string;
  readonly replies: 'asked' | 'recorded';
  readonly source?: { readonly what: string; readonly licence: string; readonly note?: string };
  /** The whole text of the protocol, so that its hash can be made again; null where nobody said how replies were asked. */
  readonly protocol: {
    readonly label: string;
    readonly sha256: string;
    readonly text: Readonly<Record<string, unknown>>;
  } | null;
  /** Of the benchmark's rows, as its registry entry pins them. */
  readonly rowsSha256: string;
  readonly goldFixes: readonly string[];
  readonly problems: number;
  readonly benchmarkProblems: number;
  /** SHA-256 of the ids in the order of the letters, each with a line feed behind it. */
  readonly idsSha256: string;
  readonly epochs: number;
  /** Whose verdicts make the score. */
  readonly grader: string;
  readonly correct: number;
  readonly accuracy: number;
  /** What a reader must know before the score; a file that lacks one it needs is refused. */
  readonly marks: readonly BoardMark[];
  /** By grader: one string for each epoch, one letter for each problem. */
  readonly outcomes: Readonly<Record<string, readonly string[]>>;
  readonly tokens: TokenCounts | null;
  readonly cost: Cost | null;
}
