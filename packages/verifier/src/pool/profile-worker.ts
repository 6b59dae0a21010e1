import { findProfile } from '../profiles/profiles.ts';
import { gradeBatch } from './grade-batch.ts';
import type { ProfileBatch, ProfileResult } from './profile-messages.ts';

/** The piscina worker that judges replies as other systems would. */
export default function gradeByProfiles(batch: ProfileBatch): readonly ProfileResult[] {
  return gradeBatch(batch, findProfile);
}
