/** What a run does where neither the command nor the protocol says otherwise. `docs/defaults.md` lists it all. */
export const evalDefaults = {
  /** Samples of each problem. */
  epochs: 1,
  seed: 0,
  /** Requests in flight; a model in this process takes 32. */
  concurrency: 64,
} as const;
