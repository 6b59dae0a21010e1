import { VerifierError } from '../errors.ts';

export function closedError(): VerifierError {
  return new VerifierError({
    code: 'POOL_CLOSED',
    what: 'The verifier pool is closed.',
    next: 'Create another one, or close it after the last result.',
  });
}

export function workerError(cause: unknown): VerifierError {
  return new VerifierError({
    code: 'WORKER_FAILED',
    what: 'A worker of the verifier pool did not start or did not answer.',
    why: cause instanceof Error ? cause.message : 'It gave fewer results than it was sent items.',
    next: "Check that the files of '@scalequest/verifier' are complete and that the process may start threads.",
    cause,
  });
}
