export { createProfilePool, type ProfilePool, type ProfilePoolOptions } from './create-profile-pool.ts';
export { createVerifierPool } from './create-verifier-pool.ts';
export type { DurationPercentiles } from './duration-histogram.ts';
export type { Batch, BatchItemResult, BatchResult } from './messages.ts';
export type { ProfileBatch, ProfileItem, ProfileResult } from './profile-messages.ts';
export type {
  AnyPoolItem,
  AnyPoolResult,
  PoolItem,
  PoolResult,
  SignalOption,
  Timing,
  VerifierPool,
  VerifierPoolOptions,
  VerifierPoolStatistics,
} from './types.ts';
