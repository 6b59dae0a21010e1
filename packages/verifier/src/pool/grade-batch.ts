import type { Profile } from '../profiles/profile.ts';
import type { ProfileBatch, ProfileItem, ProfileResult } from './profile-messages.ts';

/** Judges a batch by the profiles that its items name, saying before each item that it has come to it. */
export function gradeBatch(
  { items, progress }: ProfileBatch,
  find: (name: string) => Profile | undefined,
): readonly ProfileResult[] {
  return items.map((item, index) => {
    Atomics.store(progress, 0, index + 1);
    const startedAt = performance.now();
    const result = gradeItem(item, find(item.profile));
    return { ...result, ms: Math.round((performance.now() - startedAt) * 1000) / 1000 };
  });
}

/** A profile never throws; one that does all the same must not cost its neighbours their verdicts. */
function gradeItem(item: ProfileItem, profile: Profile | undefined): Omit<ProfileResult, 'ms'> {
  if (profile === undefined) return { verdict: 'undecided', reason: 'profile-failed' };
  const { reply, reference, otherReferences = [] } = item;
  const context = item.problem === undefined ? {} : { problem: item.problem };
  const tolerance = item.tolerance === undefined ? {} : { tolerance: item.tolerance };
  try {
    const found = profile.extract({ reply, ...context });
    if (found === undefined) return { verdict: 'different' };
    const isEqual = [reference, ...otherReferences].some((one) =>
      profile.isEqual({ reference: one, candidate: found.answer, ...context, ...tolerance }),
    );
    return { verdict: isEqual ? 'equal' : 'different', answer: found.answer, extractionRule: found.rule };
  } catch {
    return { verdict: 'undecided', reason: 'profile-failed' };
  }
}
