import { ScaleQuestError } from '@scalequest/core';

export type EvaluationErrorCode =
  | 'UNKNOWN_PROTOCOL'
  | 'UNKNOWN_TASK'
  | 'RUNS_NOT_COMPARABLE'
  | 'NOT_A_RUN'
  | 'UNKNOWN_GRADER'
  | 'NO_REPLIES'
  | 'ONLY_ERRORS';

export class EvaluationError extends ScaleQuestError<EvaluationErrorCode> {}
