import { ScaleQuestError } from '@scalequest/core';

export type DatasetsErrorCode =
  | 'UNKNOWN_BENCHMARK'
  | 'DATA_NOT_FOUND'
  | 'DATA_UNREADABLE'
  | 'NO_PROBLEMS'
  | 'RECORD_INVALID'
  | 'DUPLICATE_ID'
  | 'WRONG_COUNT'
  | 'WRONG_ROWS'
  | 'HUB_UNREACHABLE'
  | 'HUB_REFUSED'
  | 'HUB_NOT_FOUND'
  | 'HUB_RATE_LIMITED'
  | 'HUB_FAILED'
  | 'HUB_CUT_SHORT'
  | 'HUB_WRONG_CONTENT'
  | 'UNKNOWN_REPLY_FORMAT'
  | 'EMPTY_REPLY_FILE'
  | 'REPLY_INVALID'
  | 'UNKNOWN_REPLY_IDS'
  | 'REPLY_OF_OTHER_PROBLEM'
  | 'REPEATED_REPLY';

export class DatasetsError extends ScaleQuestError<DatasetsErrorCode> {}
