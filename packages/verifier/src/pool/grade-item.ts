import type { Profile } from '../profiles/profile.ts';
import type { ProfileItem, ProfileResult } from './types.ts';

/** Judges one item by the profile that it names and says how long it took. */
export function gradeItem(
  item: ProfileItem,
  { profile, rewards }: { readonly profile: Profile | undefined; readonly rewards: boolean },
): ProfileResult {
  const startedAt = performance.now();
  const result = askProfile(item, profile);
  const ms = Math.round((performance.now() - startedAt) * 1000) / 1000;
  return { ...result, ...(rewards ? { reward: result.verdict === 'equal' ? 1 : 0 } : {}), ms };
}

/** A profile never throws; one that does all the same must not cost its neighbours their verdicts. */
function askProfile(item: ProfileItem, profile: Profile | undefined): Omit<ProfileResult, 'ms'> {
  if (profile === undefined) return { verdict: 'undecided', reason: 'profile-failed' };
  const { reference, otherReferences = [] } = item;
  const context = item.problem === undefined ? {} : { problem: item.problem };
  const tolerance = item.tolerance === undefined ? {} : { tolerance: item.tolerance };
  try {
    const found = 'reply' in item ? profile.extract({ reply: item.reply, ...context }) : { answer: item.candidate };
    if (found === undefined) return { verdict: 'different' };
    const isEqual = [reference, ...otherReferences].some((one) =>
      profile.isEqual({ reference: one, candidate: found.answer, ...context, ...tolerance }),
    );
    return {
      verdict: isEqual ? 'equal' : 'different',
      answer: found.answer,
      ...('rule' in found ? { extractionRule: found.rule } : {}),
    };
  } catch {
    return { verdict: 'undecided', reason: 'profile-failed' };
  }
}
