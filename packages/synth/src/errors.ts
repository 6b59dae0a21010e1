import { ScaleQuestError } from '@scalequest/core';

export type SynthErrorCode =
  | 'RECIPE_BROKEN'
  | 'RECIPE_CHANGED'
  | 'RECIPE_UNREADABLE'
  | 'UNKNOWN_RECIPE'
  | 'MODEL_MISSING'
  | 'STAGE_BROKEN'
  | 'REQUESTS_FAILED'
  | 'SAMPLES_ALIKE'
  | 'SHARD_DAMAGED'
  | 'MANIFEST_DAMAGED'
  | 'INVALID_OPTION'
  | 'PROMPT_BROKEN'
  | 'DATASET_EMPTY'
  | 'DATASET_UNWRITABLE'
  | 'FOLDER_NOT_EMPTY'
  | 'FIELDS_MISSING'
  | 'HUB_REFUSED'
  | 'HUB_UNREACHABLE';

export class SynthError extends ScaleQuestError<SynthErrorCode> {}
