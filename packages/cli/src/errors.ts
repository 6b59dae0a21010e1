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
