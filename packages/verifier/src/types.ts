import type { Policy } from './policies.ts';

export type { Policy };

/** The two answers to compare. Named, so that they cannot be swapped by position. */
export interface VerifyInput {
  /** The answer known to be right, as LaTeX or plain text. */
  readonly reference: string;
  /** The answer under test, already extracted from the model's reply. */
  readonly candidate: string;
}

/** A whole reply to extract an answer from and compare. */
export interface VerifyReplyInput {
  /** The answer known to be right, as LaTeX or plain text. */
  readonly reference: string;
  /** The model's raw text. */
  readonly reply: string;
  /**
   * Whether `reply` is a whole reply, or nothing but an answer.
   *
   * @defaultValue 'reply'
   */
  readonly mode?: 'reply' | 'answer';
  /** The question. Never needed; a policy may read from it what a bare number means (percent, unit). */
  readonly problem?: string;
}

/** What may count as equal, and how much work a comparison may do. The defaults are those of a benchmark. */
export interface VerifyOptions {
  /**
   * The most work one comparison may do, in engine steps (about ten million a second).
   * Running out gives `undecided`. Steps, not time: a busy machine gives the same verdict.
   *
   * @defaultValue 2_000_000
   */
  readonly fuel?: number;
  /**
   * Which leniencies and proofs an `equal` may rest on. `strict` is for rewards: it refuses the proof `interval`, which
   * is evidence only, and the policies that a wrong answer may pass. The table of policies says which are on where.
   *
   * @defaultValue 'benchmark'
   */
  readonly preset?: Preset;
  /** Turns single policies on or off, over the preset. A verdict that needs one that is off is `policy-refused`. */
  readonly policies?: Readonly<Partial<Record<Policy, boolean>>>;
  /** Turns single proofs on or off, over the preset. A verdict that has no other proof is `proof-refused`. */
  readonly proofs?: Readonly<Partial<Record<RefusableProof, boolean>>>;
  /**
   * How far apart two numbers may be, under the policy `tolerance`; within either bound is enough, and a bound itself
   * is within. Decided exactly; give text such as `'1e-4'` for a bound that no double is.
   *
   * @defaultValue none
   */
  readonly tolerance?: ToleranceOptions;
}

/** `benchmark` takes what people accept in a table of scores; `strict` takes what a reward can rest on. */
export type Preset = 'strict' | 'benchmark';

/** A proof of an `equal` that options can turn off. */
export type RefusableProof = 'modular' | 'interval' | 'cas';

/** How far apart two numbers may be. At least one of the two bounds is given. */
export interface ToleranceOptions {
  /**
   * A bound on the difference of the numbers as they are written: in percents where one has a percent sign, in their
   * unit where they share one. A list has a bound for each answer of the reference, in its order.
   */
  readonly absolute?: string | number | readonly (string | number)[];
  /** A bound on the difference as a share of the larger number. */
  readonly relative?: string | number;
}

/** `undecided` means that no check finished, not that the answers differ. */
export type Verdict = 'equal' | 'different' | 'undecided';

/** The check that gave the verdict; `none` where no check could. */
export type Rule =
  | 'identical-text'
  | 'number'
  /** Two scalar expressions that are not both plain numbers. */
  | 'expression'
  /** Points, vectors and intervals: order and brackets matter. */
  | 'tuple'
  | 'set'
  /** Answers side by side: `1, -2`. */
  | 'list'
  /** Intervals, inequalities in one variable, and other subsets of the reals. */
  | 'region'
  /** Equations, and inequalities in several variables. */
  | 'relation'
  | 'condition'
  | 'assignment'
  | 'function'
  /** Values with parameters that run over the integers or reals. */
  | 'family'
  | 'cases'
  | 'matrix'
  /** Numerals to a base. */
  | 'based'
  | 'ratio'
  | 'time'
  | 'choice'
  | 'boolean'
  | 'words'
  /** A computer algebra system, asked by a worker pool about what nothing else could settle. */
  | 'cas'
  /** The answers are of different kinds, such as a number and a point. */
  | 'kind'
  | 'none';

/**
 * How strong the verdict is. A `different` of values is exact, and by the rule `words` it says that one word or sign that
 * counts is another; an `equal` says what it rests on.
 */
export type Proof =
  /** The same text. */
  | 'identical'
  | 'exact'
  /** Equal in two finite fields at values drawn at random: wrong with a chance of about 2^-110. */
  | 'modular'
  /** Not told apart at 1,024 bits at every point that was tried: evidence, and no proof. */
  | 'interval'
  /** A computer algebra system says so, and nothing contradicts it. Only in a worker pool. */
  | 'cas'
  /** One of the above after a leniency of `policies`. */
  | 'policy'
  | 'none';

/** Why there is no verdict. */
export type UndecidedReason =
  | 'reference-not-parsed'
  | 'candidate-not-parsed'
  /** Both are understood, but nothing relates them. */
  | 'no-rule'
  /** An answer has several readings and the verdict depends on which is meant: `1,234` against `1, 234`. */
  | 'ambiguous'
  /** The units differ, or a bare number may be meant in another unit. */
  | 'unit-conflict'
  /** Equal under a policy that the options refuse. */
  | 'policy-refused'
  /** Equal by a proof that the options refuse. */
  | 'proof-refused'
  | 'out-of-fuel'
  | 'over-budget'
  /** Only in a worker pool: no worker had the memory for it. */
  | 'out-of-memory'
  /** Only in a worker pool: the workers died or failed at it. */
  | 'worker-failed'
  /** Only in a stream through a worker pool: it is no pair and no reply, or its options mean nothing. */
  | 'bad-item'
  | 'too-long'
  | 'no-answer'
  | 'truncated';

/** A verdict with all that it rests on. Plain data: it can be written as JSON and sent to a worker. */
export interface VerifyResult {
  /** Whether the answers mean the same. */
  readonly verdict: Verdict;
  /** The check that decided. */
  readonly rule: Rule;
  /** What the verdict rests on. */
  readonly proof: Proof;
  /** Present when, and only when, the verdict is `undecided`. */
  readonly reason?: UndecidedReason;
  /** Every leniency that was needed. */
  readonly policies: readonly Policy[];
  /** Both answers in normal form: the canonical value, else the tidied text; null where empty or too long to read. */
  readonly normalized: { readonly reference: string | null; readonly candidate: string | null };
  /** Engine steps that were used. */
  readonly fuel: number;
}

/** The place in a reply that was read as the answer. */
export type ExtractionRule =
  | 'boxed'
  | 'hash-marks'
  /** `<answer>5</answer>`. */
  | 'answer-tag'
  /** `"answer": "5"` in an object of JSON. */
  | 'json'
  | 'answer-phrase'
  /** The reply is nothing but a short answer. */
  | 'whole-reply'
  /** The last line of a tool's output that ends the reply. */
  | 'tool-output'
  /** A last line that is bold from end to end. */
  | 'bold-line'
  | 'last-math'
  | 'last-number';

/** What was found in a reply. */
export type Extraction =
  | {
      readonly status: 'found';
      /** The answer as the reply has it, without its box or phrase. */
      readonly answer: string;
      /** Where in the reply it was. */
      readonly rule: ExtractionRule;
      /** Where it begins in the reply, in UTF-16 code units. */
      readonly start: number;
      /** The code unit behind its end. */
      readonly end: number;
    }
  /** The reply stops inside its answer or its thinking, such as a `\boxed{` that is never closed. */
  | { readonly status: 'truncated' }
  | { readonly status: 'no-answer' };

/** A verdict on a whole reply, with where its answer was found. */
export interface VerifyReplyResult extends VerifyResult {
  /** The answer that was compared, and its place in the reply; or that there is none. */
  readonly extraction: Extraction;
}
