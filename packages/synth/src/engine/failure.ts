import { ModelsError } from '@scalequest/models';

/** Keeps the first error, and has all work given up for it, unless what is out may come to its end. */
export interface Failure {
  readonly note: (error: unknown) => void;
  readonly first: () => { readonly error: unknown } | undefined;
}

export interface FailureOptions {
  /** Aborted where nothing more is sent, and what is out gets its answer: by the user, or by `drain`. */
  readonly stop: AbortSignal;
  readonly drain: AbortController;
  readonly giveUp: AbortController;
}

export function createFailure({ stop, drain, giveUp }: FailureOptions): Failure {
  let first: { readonly error: unknown } | undefined;
  return {
    note: (error) => {
      first ??= { error };
      if (stop.aborted) return;
      // What is out is paid for already.
      if (error instanceof ModelsError && error.code === 'BUDGET_SPENT') drain.abort(error);
      else giveUp.abort(error);
    },
    first: () => first,
  };
}
