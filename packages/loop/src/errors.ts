import { ScaleQuestError } from '@scalequest/core';

export type LoopErrorCode =
  | 'BAD_FIGURES'
  | 'BAD_CONFIG'
  | 'UNKNOWN_LOOP'
  | 'MODEL_UNUSABLE'
  | 'RECIPE_BROKEN'
  | 'RECIPE_CHANGED'
  | 'RECIPE_UNREADABLE'
  | 'STEP_BROKEN'
  | 'NO_ROWS'
  | 'STEPS_DAMAGED'
  | 'FILE_CHANGED'
  | 'LOOP_UNFINISHED'
  | 'SUMMARY_DAMAGED'
  | 'SUMMARIES_DIFFER'
  | 'NO_REPORT';

export class LoopError extends ScaleQuestError<LoopErrorCode> {}
