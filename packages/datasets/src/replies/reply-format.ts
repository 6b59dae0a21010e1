import type { ZodType } from 'zod';

/** Why a recorded reply ended, where its source says so. */
export type RecordedFinishReason = 'stop' | 'length' | 'content-filter' | 'unknown';

/** Why a sample has no reply, as a run's journal keeps it. */
export interface RecordedError {
  readonly code: string;
  readonly message: string;
}

/** What a sample came to, as its source says. */
export type RecordedOutcome = 'correct' | 'wrong' | 'no-answer' | 'truncated' | 'error';

/**
 * What the text of a reply is, where its source says so: what goes on from the prompt's last line, or a whole program.
 */
export type RecordedForm = 'completion' | 'program';

/** How to find the problem that a record answers. What stands beside the way is checked against the problem found. */
export type Locator =
  /** By the benchmark's own sample id. */
  | { readonly by: 'id'; readonly id: string; readonly question?: string }
  /** By the 0-based place in the benchmark, in its file's order. */
  | { readonly by: 'line'; readonly line: number; readonly question?: string; readonly reference?: string }
  /** By the exact text of the question, without the white space around it. */
  | { readonly by: 'question'; readonly question: string }
  /** By a code prompt from which lines, such as docstring examples, may be missing. */
  | { readonly by: 'code-prompt'; readonly prompt: string };

/** One reply of a record. */
export interface FormatReply {
  readonly text: string;
  /** Left out where a record is the next epoch of its problem. */
  readonly epoch?: number;
  readonly finishReason?: RecordedFinishReason;
  readonly error?: RecordedError;
  readonly form?: RecordedForm;
  /** The source's own verdict. */
  readonly label?: boolean;
  /** The source's own reward. */
  readonly score?: number;
}

/** A record of any format, in common terms. */
export interface FormatRecord {
  readonly locator: Locator;
  /** In the order of their epochs. */
  readonly replies: readonly FormatReply[];
}

/** One shape in which projects publish replies. */
export interface ReplyFormat {
  readonly name: string;
  /** Fields that every record has. By these, and by nothing else, the format is recognised. */
  readonly fields: readonly string[];
  /** Fields that no record has: they tell this format from a richer one. */
  readonly absentFields?: readonly string[];
  /** Checks one line of the file and puts it in common terms. */
  readonly record: ZodType<FormatRecord>;
}
