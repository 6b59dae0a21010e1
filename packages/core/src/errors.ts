/** A wrong request (exit code 2 of the command) or work that failed while it ran (exit code 1). */
export type ErrorKind = 'request' | 'run';

/** The three parts of a message, and what a program needs to act on the error without reading it. */
export interface ErrorDetails<Code extends string = string> {
  /** Stable name to branch on, such as `JSONL_BAD_LINE`. Never changes once released. */
  readonly code: Code;
  /** @defaultValue 'run' */
  readonly kind?: ErrorKind;
  /** What happened and to which thing, as a sentence. */
  readonly what: string;
  /** Why, with the value that was seen. */
  readonly why?: string;
  /** What to do next, as a command where there is one. */
  readonly next?: string;
  /** The values of the message, for programs. No keys, no whole replies. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * Base of the one error class that each package has. The message reads: what happened, why, what to do next.
 *
 * @example
 * class DatasetsError extends ScaleQuestError {}
 * throw new DatasetsError({
 *   code: 'UNKNOWN_BENCHMARK',
 *   kind: 'request',
 *   what: "Benchmark 'maths' is not known.",
 *   next: 'Run `scalequest data list` for all.',
 * });
 */
export abstract class ScaleQuestError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly kind: ErrorKind;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The parts of the message, for who lays it out otherwise. */
  readonly parts: Readonly<Pick<ErrorDetails, 'what' | 'why' | 'next'>>;
  /** Says to {@link isScaleQuestError} that a package of ours raised this on purpose. */
  readonly isScaleQuestError = true;

  constructor(details: ErrorDetails<Code>) {
    const reason = details.why === undefined ? details.what : `${details.what} ${details.why}`;
    super(
      details.next === undefined ? reason : `${reason}\n${details.next}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = new.target.name;
    this.code = details.code;
    this.kind = details.kind ?? 'run';
    this.fields = details.fields ?? {};
    const { what, why, next } = details;
    this.parts = { what, ...(why === undefined ? {} : { why }), ...(next === undefined ? {} : { next }) };
  }
}

/**
 * Whether this is an error that a package of ours raised on purpose. Recognised by a mark and not by its class,
 * so that the verifier, which imports none of ours, takes part, and two copies of core agree.
 */
export function isScaleQuestError(error: unknown): error is ScaleQuestError {
  return error instanceof Error && 'isScaleQuestError' in error && error.isScaleQuestError === true;
}

/** The `code` of a Node system error such as `ENOENT`, or undefined. */
export function getSystemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const longestExcerpt = 200;

/** A value for a message: the first 200 characters, and the length where that cuts it. */
export function excerpt(text: string): string {
  if (text.length <= longestExcerpt) return text;
  return `${text.slice(0, longestExcerpt)}… (${text.length} characters)`;
}

export type CoreErrorCode =
  | 'JSONL_BAD_LINE'
  | 'JSONL_LINE_TOO_LONG'
  | 'JSONL_TORN'
  | 'FILE_UNREADABLE'
  | 'FILE_UNWRITABLE'
  | 'NOT_CANONICAL';

export class CoreError extends ScaleQuestError<CoreErrorCode> {}
