import type { Reward } from '../reward.ts';
import type { VerifyInput, VerifyReplyInput } from '../types.ts';

/** A reply, or an answer that is found already, for a profile to judge. Equal to any of the references is equal. */
export type ProfileItem = (VerifyReplyInput | (VerifyInput & Pick<VerifyReplyInput, 'problem'>)) & {
  /** Name of the profile. */
  readonly profile: string;
  /** Further answers that the benchmark accepts. */
  readonly otherReferences?: readonly string[];
  /** The benchmark's own tolerance for this problem, as its record writes it. */
  readonly tolerance?: string;
};

/** What a profile makes of a reply. */
export interface ProfileResult {
  /** `undecided` means that the profile was stopped or failed, never that it does not know: other systems always do. */
  readonly verdict: 'equal' | 'different' | 'undecided';
  readonly reason?: 'over-budget' | 'profile-failed' | 'out-of-memory' | 'worker-failed' | 'bad-item';
  /** What the profile took from the reply; left out where it found nothing. */
  readonly answer?: string;
  /** The profile's rule that found it. */
  readonly extractionRule?: string;
  /** Present where the pool was asked for `rewards`: 1 for `equal`, else 0. */
  readonly reward?: Reward;
  /** Why the item was not taken, present with the reason `bad-item`. */
  readonly refusal?: string;
  /** How long it took in its worker, in milliseconds; the budget where it was stopped. */
  readonly ms: number;
}

/** One message to a profile worker. Its progress is that of {@link Batch}. */
export interface ProfileBatch {
  readonly items: readonly ProfileItem[];
  readonly rewards?: boolean;
  readonly progress: Int32Array;
}
