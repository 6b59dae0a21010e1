/** The two answers to compare. Named, so that they cannot be swapped by position. */
export interface VerifyInput {
  /** The answer known to be right, as LaTeX or plain text. */
  readonly reference: string;
  /** The answer under test, already extracted from the model's reply. */
  readonly candidate: string;
}

/** A whole reply to extract an answer from and compare. */
export interface VerifyReplyInput {
  readonly reference: string;
  /** The model's raw text. */
  readonly reply: string;
  /** The question. Never needed; a policy may read from it what a bare number means (percent, unit). */
  readonly problem?: string;
}

export interface VerifyOptions {
  /**
   * The most work one comparison may do, in engine steps (about ten million a second).
   * Running out gives `undecided`. Steps, not time: a busy machine gives the same verdict.
   *
   * @defaultValue 2_000_000
   */
  readonly fuel?: number;
}

/** `undecided` means that no check finished, not that the answers differ. */
export type Verdict = 'equal' | 'different' | 'undecided';

/** The check that gave the verdict; `none` where no check could. */
export type Rule = 'identical-text' | 'number' | 'tuple' | 'set' | 'none';

/** How strong the verdict is: same text, or exact arithmetic. */
export type Proof = 'identical' | 'exact' | 'none';

/** Why there is no verdict. */
export type UndecidedReason =
  | 'reference-not-parsed'
  | 'candidate-not-parsed'
  | 'no-rule'
  | 'out-of-fuel'
  | 'over-budget'
  | 'too-long'
  | 'no-answer'
  | 'truncated';

/** A leniency that was needed for the verdict. */
export type Policy = 'order-free' | 'assignment-label' | 'unit-omitted';

export interface VerifyResult {
  readonly verdict: Verdict;
  readonly rule: Rule;
  readonly proof: Proof;
  /** Present when, and only when, the verdict is `undecided`. */
  readonly reason?: UndecidedReason;
  /** Every leniency that was needed. */
  readonly policies: readonly Policy[];
  /** Both answers in normal form, or null where not understood. */
  readonly normalized: { readonly reference: string | null; readonly candidate: string | null };
  /** Engine steps that were used. */
  readonly fuel: number;
}

/** The place in a reply that was read as the answer. */
export type ExtractionRule = 'boxed' | 'hash-marks' | 'answer-phrase' | 'last-math' | 'last-number';

/** What was found in a reply. */
export type Extraction =
  | {
      readonly status: 'found';
      readonly answer: string;
      readonly rule: ExtractionRule;
      /** Span of the answer in the reply, in UTF-16 code units. */
      readonly start: number;
      readonly end: number;
    }
  /** The reply stops inside its answer or its thinking, such as a `\boxed{` that is never closed. */
  | { readonly status: 'truncated' }
  | { readonly status: 'no-answer' };

export interface VerifyReplyResult extends VerifyResult {
  readonly extraction: Extraction;
}
