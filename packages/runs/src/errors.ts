import { ScaleQuestError } from '@scalequest/core';

export type RunsErrorCode =
  | 'RUN_LOCKED'
  | 'RUN_UNREADABLE'
  | 'RUN_OTHER_IDENTITY'
  | 'JOURNAL_CORRUPT'
  | 'JOURNAL_UNKNOWN_SAMPLE'
  | 'JOURNAL_DUPLICATE'
  | 'DUPLICATE_ID'
  | 'REQUEST_CHANGED';

export class RunsError extends ScaleQuestError<RunsErrorCode> {}
