export { createVerifierPool } from './create-verifier-pool.ts';
export type { Batch, BatchResult } from './messages.ts';
export type {
  PoolItem,
  PoolResult,
  SignalOption,
  VerifierPool,
  VerifierPoolOptions,
  VerifierPoolStatistics,
} from './types.ts';
