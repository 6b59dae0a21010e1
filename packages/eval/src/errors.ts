import { ScaleQuestError } from '@scalequest/core';

export type EvaluationErrorCode =
  | 'UNKNOWN_PROTOCOL'
  | 'UNKNOWN_TASK'
  | 'RUNS_NOT_COMPARABLE'
  | 'NOT_A_RUN'
  | 'NO_REPLIES'
  | 'ONLY_ERRORS'
  | 'NO_TOKEN_COUNTS'
  | 'UNKNOWN_GRADER'
  | 'OTHER_PROBLEMS'
  | 'UNKNOWN_SAMPLE';

export class EvaluationError extends ScaleQuestError<EvaluationErrorCode> {}
