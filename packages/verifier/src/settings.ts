import type { Tolerance } from './compare/tolerance.ts';
import type { Policy, RefusableProof } from './types.ts';

/** How one comparison is to be made, with every default filled in. */
export interface Settings {
  readonly fuel: number;
  /** An `equal` that needs one of these is not given. */
  readonly refusedPolicies: ReadonlySet<Policy>;
  readonly refusedProofs: ReadonlySet<RefusableProof>;
  readonly tolerance: Tolerance | null;
}
