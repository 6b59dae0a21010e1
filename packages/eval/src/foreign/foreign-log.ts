import type { JournalRecord } from '@scalequest/runs';

/** What another system's grader said of a sample. */
export type ForeignVerdict = 'correct' | 'wrong' | 'no-answer';

/** The problem of a sample, as its log names it. */
export interface ForeignDocument {
  /** Every field that may hold an id, as text: `unique_id`, `task_id`, `id`, ... */
  readonly ids: readonly string[];
  /** Every field that may hold the question. */
  readonly texts: readonly string[];
  /** The 0-based place in the log's own data set. */
  readonly line?: number | undefined;
  /** What the log holds for the right answer. */
  readonly reference?: string | undefined;
}

/** One reply of another system's log. */
export interface ForeignSample {
  /** Where it stands in the log: `line 3 of samples_gsm8k.jsonl`, or the name of a member. */
  readonly place: string;
  readonly document: ForeignDocument;
  readonly epoch: number;
  readonly reply: string;
  readonly finishReason: JournalRecord['finishReason'];
  readonly error?: JournalRecord['error'];
  readonly usage?: JournalRecord['usage'];
  /** Of the call that gave the reply. */
  readonly latencyMs?: JournalRecord['latencyMs'];
  /** Whole only when the log was read to its end: lm-eval judges a reply by another filter further down. */
  readonly judgement: ForeignJudgement;
}

/** What the other system's graders said of a reply. */
export interface ForeignJudgement {
  /** By name of the grader, such as `exact_match,strict-match`. */
  readonly verdicts: ReadonlyMap<string, ForeignVerdict>;
  /** Graders whose score is neither right nor wrong, such as 0.5, or one of several replies together. */
  readonly unclear: ReadonlySet<string>;
}

/** A log of another evaluation system, as far as it concerns us. */
export interface ForeignLog {
  readonly system: 'lm-eval' | 'inspect';
  /** Of the system; null where the log does not say. */
  readonly version: string | null;
  /** What the system calls what was asked. */
  readonly tasks: readonly string[];
  readonly model: string;
  /** How it was asked: prompts, shots, stops, sampling, in the system's own words. Empty where the log does not say. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** False where the log says that its run did not end well. */
  readonly isComplete: boolean;
  /** The files with samples, in order. */
  readonly samplesFiles: readonly string[];
  /** All files of the log: those, and what stands beside them. */
  readonly files: readonly string[];
  /** Streams the samples, always in the same order, one in memory at a time. */
  readonly readSamples: () => AsyncIterable<ForeignSample>;
}
