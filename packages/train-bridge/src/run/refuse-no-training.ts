import { TrainBridgeError } from '../errors.ts';

export function refuseNoTraining(folder: string): TrainBridgeError {
  return new TrainBridgeError({
    code: 'NOT_A_TRAINING',
    kind: 'request',
    what: `'${folder}' holds no training.`,
    next: 'Give the folder that --out named.',
    fields: { folder },
  });
}
