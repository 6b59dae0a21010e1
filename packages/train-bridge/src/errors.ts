import { ScaleQuestError } from '@scalequest/core';

export type TrainBridgeErrorCode =
  | 'UNKNOWN_RECIPE'
  | 'BAD_ROWS'
  | 'NOT_A_TRAINING'
  | 'OTHER_CONFIGURATION'
  | 'DATA_CHANGED'
  | 'PYTHON_REFUSED'
  | 'PYTHON_UNAVAILABLE'
  | 'WORKER_ELSEWHERE'
  | 'WORKER_REFUSED'
  | 'WORKER_FAILED'
  | 'NO_CHECKPOINT'
  | 'ENGINE_UNAVAILABLE'
  | 'CANNOT_LISTEN'
  | 'MODEL_SERVER_FAILED'
  | 'OUT_OF_MEMORY'
  | 'BAD_ENDPOINTS_FILE';

export class TrainBridgeError extends ScaleQuestError<TrainBridgeErrorCode> {}
