export {
  createVerifierPool,
  type PoolItem,
  type PoolResult,
  type SignalOption,
  type VerifierPool,
  type VerifierPoolOptions,
  type VerifierPoolStatistics,
} from './create-verifier-pool.ts';
export type { Batch, BatchResult } from './messages.ts';
