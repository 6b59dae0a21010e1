/** Keeps the first error, and has all work given up for it, unless what is out may come to its end. */
export interface Failure {
  readonly note: (error: unknown) => void;
  readonly first: () => { readonly error: unknown } | undefined;
}

export function createFailure({
  stop,
  giveUp,
}: {
  readonly stop: AbortSignal;
  readonly giveUp: AbortController;
}): Failure {
  let first: { readonly error: unknown } | undefined;
  return {
    note: (error) => {
      first ??= { error };
      if (!stop.aborted) giveUp.abort(error);
    },
    first: () => first,
  };
}
