export { createVerifierPool } from './create-verifier-pool.ts';
export type { DurationPercentiles } from './duration-histogram.ts';
export type { Batch, BatchItemResult, BatchResult } from './messages.ts';
export type {
  AnyPoolItem,
  AnyPoolResult,
  PoolItem,
  PoolResult,
  ProfileItem,
  ProfileResult,
  SignalOption,
  Timing,
  VerifierPool,
  VerifierPoolOptions,
  VerifierPoolStatistics,
} from './types.ts';
