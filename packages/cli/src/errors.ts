import { ScaleQuestError } from '@scalequest/core';

export type CliErrorCode =
  | 'BAD_OPTION'
  | 'BAD_CONFIGURATION'
  | 'NO_MODEL'
  | 'NO_BENCHMARK'
  | 'SAME_FILE'
  | 'BAD_HEADER'
  | 'NOT_UTF8'
  | 'DISK_FULL'
  | 'OUTPUT_CLOSED'
  | 'NO_RUN'
  | 'BAD_WHOLE'
  | 'NO_REPLY_FILES'
  | 'BAD_REVIEWS'
  | 'DOCTOR_BROKEN';

export class CliError extends ScaleQuestError<CliErrorCode> {}

/** Whether somebody ended what was at work. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.cause instanceof DOMException);
}

/** Whether what was asked for is wrong: the same again would end the same. */
export function isRequest(error: unknown): boolean {
  return error instanceof Error && 'kind' in error && error.kind === 'request';
}

/** Whether a model was asked for as much as was allowed: more may be allowed, so it is no wrong request. */
export function isBudgetSpent(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'BUDGET_SPENT';
}
