import { ScaleQuestError } from '@scalequest/core';

export type CliErrorCode =
  | 'BAD_OPTION'
  | 'BAD_CONFIGURATION'
  | 'NO_MODEL'
  | 'EMBEDDED_ONLY'
  | 'SAME_FILE'
  | 'BAD_LINES';

export class CliError extends ScaleQuestError<CliErrorCode> {}
