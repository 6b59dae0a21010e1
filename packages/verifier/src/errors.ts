/** A wrong request (exit code 2 of the `scalequest` command) or work that failed while it ran (exit code 1). */
export type VerifierErrorKind = 'request' | 'run';

/** What went wrong, to branch on: a name that stays when the text of the error changes. */
export type VerifierErrorCode = 'BAD_ITEM' | 'BAD_OPTION' | 'POOL_CLOSED' | 'WORKER_FAILED';

/** What an error is made of. */
export interface VerifierErrorDetails {
  /** Stable name to branch on. */
  readonly code: VerifierErrorCode;
  /** @defaultValue 'run' */
  readonly kind?: VerifierErrorKind;
  /** What happened and to which thing, as a sentence. */
  readonly what: string;
  /** Why, with the value that was seen. */
  readonly why?: string;
  /** What to do next. */
  readonly next?: string;
  /** The values that it speaks of, by name. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** The error behind it. */
  readonly cause?: unknown;
}

/**
 * The one error class of this package: a wrong option or item, a closed pool, a worker that cannot start. No answer and
 * no reply raises it. It has the shape of the errors of the other ScaleQuest packages, none of which it imports.
 */
export class VerifierError extends Error {
  /** Stable name to branch on. */
  readonly code: VerifierErrorCode;
  /** A wrong request, or work that failed. */
  readonly kind: VerifierErrorKind;
  /** The values that the message speaks of, by name. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The mark by which ScaleQuest knows its errors, also from another copy of a package. */
  readonly isScaleQuestError = true;

  constructor(details: VerifierErrorDetails) {
    const reason = details.why === undefined ? details.what : `${details.what} ${details.why}`;
    super(
      details.next === undefined ? reason : `${reason}\n${details.next}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = 'VerifierError';
    this.code = details.code;
    this.kind = details.kind ?? 'run';
    this.fields = details.fields ?? {};
  }
}

/** Refuses an option that is not a finite number above 0. */
export function requirePositive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new VerifierError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `Option '${name}' is ${value}; give a number above 0.`,
    fields: { option: name, value },
  });
}
