import { ScaleQuestError } from '@scalequest/core';

export type EvaluationErrorCode =
  | 'UNKNOWN_PROTOCOL'
  | 'UNKNOWN_VARIANT'
  | 'UNKNOWN_TEMPLATE'
  | 'UNKNOWN_TASK'
  | 'UNKNOWN_SAMPLE'
  | 'BAD_PROTOCOL'
  | 'BAD_TEMPLATE'
  | 'BAD_SHOTS'
  | 'NO_BENCHMARK'
  | 'NO_CASE'
  | 'NO_SHOTS'
  | 'TOO_FEW_SHOTS'
  | 'SHOTS_NOT_USED'
  | 'TEMPLATE_NOT_USED'
  | 'PROTOCOL_NOT_FOR_BENCHMARK'
  | 'BAD_BENCHMARK'
  | 'RUNS_NOT_COMPARABLE'
  | 'NOT_A_RUN'
  | 'UNKNOWN_GRADER'
  | 'NO_REPLIES'
  | 'ONLY_ERRORS'
  | 'NO_TOKEN_COUNTS'
  | 'GRADER_NOT_FOR_BENCHMARK'
  | 'UNKNOWN_SET'
  | 'OTHER_PROBLEMS'
  | 'NOT_FOR_LEADERBOARD'
  | 'BAD_LEADERBOARD'
  | 'FOREIGN_LOG_UNREADABLE'
  | 'UNMAPPED_SAMPLES';

export class EvaluationError extends ScaleQuestError<EvaluationErrorCode> {}
