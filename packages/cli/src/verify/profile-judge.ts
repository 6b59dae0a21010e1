import { createVerifierPool, type ProfileResult } from '@scalequest/verifier/pool';
import { labelProfile, type Profile } from '@scalequest/verifier/profiles';
import type { OutputLine } from '../lines/line-writer.ts';
import type { Judge, Judgement, JudgeOptions } from './judge.ts';

/** Another system, imitated. An answer without a reply is compared as it is. */
export function createProfileJudge(profile: Profile, { isExplained }: JudgeOptions): Judge {
  const pool = createVerifierPool();
  return {
    judge: async (item, options) => {
      const result = await pool.verify({ ...item, profile: profile.name }, options);
      const line = describeGrade(result, profile);
      // What is compared as it is was not taken from anywhere.
      const { answer: _, ...withoutAnswer } = line;
      const base = 'reply' in item ? line : withoutAnswer;
      return isExplained ? { ...base, ...explainGrade(result, { profile, isReply: 'reply' in item }) } : base;
    },
    getSecondOpinions: () => pool.getStatistics().secondOpinions,
    close: pool.close,
  };
}

function describeGrade({ verdict, answer, reason, ms }: ProfileResult, profile: Profile): Judgement {
  return {
    verdict,
    rule: labelProfile(profile),
    ...(answer === undefined ? {} : { answer }),
    ...(reason === undefined ? {} : { reason }),
    ms,
  };
}

function explainGrade(
  { verdict, answer, reason, extractionRule }: ProfileResult,
  { profile, isReply }: { readonly profile: Profile; readonly isReply: boolean },
): OutputLine {
  const start = `${verdict.charAt(0).toUpperCase()}${verdict.slice(1)} by ${labelProfile(profile)}`;
  const end = isReply && reason === undefined && answer === undefined ? ': it found no answer in the reply' : '';
  return {
    ...(isReply && extractionRule !== undefined ? { extractedBy: extractionRule } : {}),
    explanation: `${start}, which imitates ${profile.imitates}${end}.`,
  };
}
