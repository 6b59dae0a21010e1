import { ScaleQuestError } from '@scalequest/core';

export type RunsErrorCode =
  | 'RUN_LOCKED'
  | 'RUN_UNREADABLE'
  | 'RUN_OTHER_IDENTITY'
  | 'JOURNAL_CORRUPT'
  | 'JOURNAL_UNKNOWN_SAMPLE'
  | 'SUMMARY_MISSING';

export class RunsError extends ScaleQuestError<RunsErrorCode> {}
