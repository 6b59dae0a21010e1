import { ModelsError } from '../../errors.ts';
import { generationFailed } from '../llama-errors.ts';
import type { SentError } from './messages.ts';

export function packError(error: unknown): SentError {
  if (!(error instanceof ModelsError)) return { kind: 'other', message: String(error) };
  const { code, kind, errorClass, fields, parts, cause } = error;
  const details = { code, kind, errorClass, fields, ...parts };
  return { kind: 'models', details: cause === undefined ? details : { ...details, cause: String(cause) } };
}

/** @param path - of the model, for what has no words of its own */
export function unpackError(sent: SentError, path: string): ModelsError {
  return sent.kind === 'models' ? new ModelsError(sent.details) : generationFailed(path, new Error(sent.message));
}
