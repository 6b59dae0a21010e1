import { ModelsError } from '@scalequest/models';
import type { FreeStage } from '../engine/stage.ts';
import type { SampledResponse } from './respond.ts';

export interface ScoreRewardsOptions {
  /** A model with a way to its rewards that a canary pair has proved (`findReward`). @defaultValue 'reward' */
  readonly role?: string;
}

/**
 * Asks a reward model about each response, as a conversation of the question and the response. Gives `rewards`: a number for each
 * response, null where there is none, because the response is empty or its request was given up; drops 'no-reward' where all
 * are null.
 */
export function scoreRewards({
  role = 'reward',
}: ScoreRewardsOptions = {}): FreeStage<
  { question: string; responses: readonly SampledResponse[] },
  { rewards: readonly (number | null)[] }
> {
  return {
    order: 'free',
    ...{ name: 'reward', version: 1, settings: { role }, needs: ['question', 'responses'], gives: ['rewards'] },
    ...{ models: [role], rewards: [{ role }] },
    open: async () => ({
      judge: ({ rows, models }) =>
        models.judgeEach(rows, async (row) => {
          const { question, responses } = row.fields;
          const ends = await Promise.allSettled(
            responses.map(async ({ text }, epoch) => {
              if (text.trim() === '') return null;
              const turns = [
                { role: 'user', content: question },
                { role: 'assistant', content: text },
              ] as const;
              const { score } = await models.score(role, { row, epoch, prompt: { kind: 'chat', messages: turns } });
              return Number.isFinite(score) ? score : null;
            }),
          );
          const rewards = ends.map((end) => {
            if (end.status === 'fulfilled') return end.value;
            // Such as a response longer than the model's context: the others still have theirs.
            if (end.reason instanceof ModelsError && end.reason.errorClass === 'drop') return null;
            throw end.reason;
          });
          return rewards.every((reward) => reward === null) ? { drop: 'no-reward' } : { keep: { rewards } };
        }),
    }),
  };
}
