export { createVerifierPool } from './create-verifier-pool.ts';
export type { Batch, BatchResult } from './messages.ts';
export type {
  PoolItem,
  PoolResult,
  SignalOption,
  Timing,
  VerifierPool,
  VerifierPoolOptions,
  VerifierPoolStatistics,
} from './types.ts';
