import { EvaluationError } from '../errors.ts';

/** A log that was recognised and cannot be read. */
export function foreignLogError(
  path: string,
  { why, next, cause }: { readonly why: string; readonly next?: string; readonly cause?: unknown },
): EvaluationError {
  return new EvaluationError({
    code: 'FOREIGN_LOG_UNREADABLE',
    kind: 'request',
    what: `The log '${path}' cannot be read.`,
    why,
    next: next ?? 'Check that the file is whole, and give the log as its system wrote it.',
    fields: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}
