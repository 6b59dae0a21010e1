import { ScaleQuestError } from '@scalequest/core';

export type TrainBridgeErrorCode =
  | 'UNKNOWN_RECIPE'
  | 'DATA_MISSING'
  | 'MODEL_MISSING'
  | 'BAD_MODEL'
  | 'MODEL_CHANGED'
  | 'BAD_SETTING'
  | 'BAD_ROWS'
  | 'NOT_A_TRAINING'
  | 'OTHER_CONFIGURATION'
  | 'DATA_CHANGED'
  | 'NO_CHECKPOINT'
  | 'NOT_RUNNING'
  | 'NO_TRL'
  | 'PYTHON_REFUSED'
  | 'PYTHON_UNAVAILABLE'
  | 'BAD_LAUNCHER'
  | 'CLUSTER_UNREACHABLE'
  | 'CLUSTER_REFUSED'
  | 'FOLDER_NOT_SHARED'
  | 'VERIFIER_MISSING'
  | 'WORKER_ELSEWHERE'
  | 'WORKER_REFUSED'
  | 'WORKER_FAILED'
  | 'ENGINE_UNAVAILABLE'
  | 'CANNOT_LISTEN'
  | 'MODEL_SERVER_FAILED'
  | 'OUT_OF_MEMORY'
  | 'BAD_ENDPOINTS_FILE'
  | 'ENDPOINTS_FILE_BUSY';

export class TrainBridgeError extends ScaleQuestError<TrainBridgeErrorCode> {}

/** Whether a cluster did not answer: nobody knows then what its job does. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof TrainBridgeError && error.code === 'CLUSTER_UNREACHABLE';
}
