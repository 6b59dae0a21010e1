/** A grader of another system, re-implemented from what it does, so that a score can be set beside the score it gives. */
export interface Profile {
  /** Such as `hendrycks`. */
  readonly name: ProfileName;
  /** Raised with every change of a verdict. */
  readonly version: number;
  /** The system, and the release or commit that its parity was measured against. */
  readonly imitates: string;
  /**
   * The answer that the system takes from a reply; undefined where it finds none. A system that always finds something,
   * if only an empty text, gives that.
   */
  readonly extract: (input: ProfileReply) => ProfileAnswer | undefined;
  /** Whether the system counts the answer as right. Never throws, and takes bounded work on any two strings. */
  readonly isEqual: (input: ProfilePair) => boolean;
}

/** The profiles there are. */
export type ProfileName =
  | 'dart'
  | 'gsm8k-flexible'
  | 'gsm8k-strict'
  | 'hendrycks'
  | 'math-verify'
  | 'minerva'
  | 'olympiadbench'
  | 'qwen25';

/** What a profile extracts an answer from. */
export interface ProfileReply {
  readonly reply: string;
  /** The text of the problem, which some systems look into. */
  readonly problem?: string;
}

/** What a profile took from a reply. */
export interface ProfileAnswer {
  readonly answer: string;
  /** Which of the system's rules found it, in our words: `last-boxed`. */
  readonly rule: string;
}

/** What a profile compares. */
export interface ProfilePair {
  /** The final answer alone, as the benchmark gives it: `\frac{1}{2}`, without the solution. */
  readonly reference: string;
  /** What `extract` gave. */
  readonly candidate: string;
  readonly problem?: string;
  /** Absolute tolerance of the benchmark's own record, where the system reads one (OlympiadBench's field `error`). */
  readonly tolerance?: string;
}
