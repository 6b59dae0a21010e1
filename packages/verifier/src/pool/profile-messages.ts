import type { VerifyReplyInput } from '../types.ts';

/** A reply for a profile to judge. Equal to any of the references is equal. */
export interface ProfileItem extends VerifyReplyInput {
  /** Name of the profile. */
  readonly profile: string;
  /** Further answers that the benchmark accepts. */
  readonly otherReferences?: readonly string[];
  /** The benchmark's own tolerance for this problem, as its record writes it. */
  readonly tolerance?: string;
}

/** What a profile makes of a reply. */
export interface ProfileResult {
  /** `undecided` means that the profile was stopped over its budget or failed. */
  readonly verdict: 'equal' | 'different' | 'undecided';
  readonly reason?: 'over-budget' | 'profile-failed';
  /** What the profile took from the reply; left out where it found nothing. */
  readonly answer?: string;
  /** The profile's rule that found it. */
  readonly extractionRule?: string;
  /** How long it took in its worker, in milliseconds; the budget where it was stopped. */
  readonly ms: number;
}

/** One message to a profile worker. Its progress is that of {@link Batch}. */
export interface ProfileBatch {
  readonly items: readonly ProfileItem[];
  readonly progress: Int32Array;
}
