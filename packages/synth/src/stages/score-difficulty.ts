import { seedSpacing } from '@scalequest/core';
import type { CanaryPair } from '@scalequest/models';
import type { Row } from '../engine/row.ts';
import type { Decision, FreeStage, FreeStageRun, Shard } from '../engine/stage.ts';
import { takeTurns } from '../engine/take-turns.ts';
import { ownPrompts } from '../prompts/own-prompts.ts';
import { fillPrompt, identifyPrompt, type PromptTemplate } from '../prompts/prompt.ts';
import { classifyAnswers } from '../replies/classify-answers.ts';
import { findFinalAnswer } from '../replies/find-final-answer.ts';
import type { AnswerCheck } from './check-answers.ts';
import { chooseSampling, requireWhole, type SamplingOptions } from './sampling.ts';

/** How hard a question is, 0 to 1. */
export type ScoreDifficultyOptions =
  | {
      /** A regressor that was trained on fail rates reads the question (paper 2.4), held between 0 and 1. */
      readonly by: 'regressor';
      /** @defaultValue 'difficulty' */
      readonly role?: string;
    }
  | {
      /** A model answers so many times: the share of its answers that are not in the largest class. */
      readonly by: 'fail-rate';
      /** @defaultValue 'sampler' */
      readonly role?: string;
      /** @defaultValue 8 */
      readonly samples?: number;
      /** @defaultValue the project's own `solve-math` */
      readonly prompt?: PromptTemplate;
      /** @defaultValue temperature 0.7, top-p 0.95, 2,048 tokens */
      readonly sampling?: SamplingOptions;
    }
  | {
      /** The same of the responses that are there already: no model is asked. */
      readonly by: 'agreement';
    };

/** Any regressor of difficulty puts these two in order. */
const canary: CanaryPair = {
  good: {
    kind: 'completion',
    text: 'Find all pairs of positive integers (a, b) such that a^2 + b divides b^3 + a, and prove that there are no others.',
  },
  bad: { kind: 'completion', text: 'What is 2 + 3?' },
};

type DifficultyStage<Needs extends object> = FreeStage<Needs, { difficulty: number }>;

/**
 * Says how hard each question is. Gives `difficulty`, 0 to 1. A response that is cut or has no final answer agrees with none,
 * so that where all are so the difficulty is 1. The regressor drops 'no-score' where it gives no number.
 */
export function scoreDifficulty(options: ScoreDifficultyOptions): DifficultyStage<{
  question: string;
  checks?: readonly AnswerCheck[];
}> {
  const description = { name: 'difficulty', version: 1, gives: ['difficulty'] } as const;
  if (options.by === 'regressor') {
    const { by, role = 'difficulty' } = options;
    const settings = { by, role };
    return {
      order: 'free',
      ...description,
      settings,
      needs: ['question'],
      models: [role],
      rewards: [{ role, canary }],
      open: async () => regress(role),
    };
  }
  if (options.by === 'agreement') {
    const run: FreeStageRun<{ checks?: readonly AnswerCheck[] }, { difficulty: number }> = {
      judge: ({ rows }) =>
        takeTurns(rows, ({ fields: { checks = [] } }) =>
          rate(checks.map((one) => (one.isComplete ? one.answer : null))),
        ),
    };
    return { order: 'free', ...description, settings: { by: options.by }, needs: ['checks'], open: async () => run };
  }
  const { by, role = 'sampler', samples = 8, prompt = ownPrompts['solve-math'] } = options;
  requireWhole('samples', samples, { least: 2, most: seedSpacing });
  const sampling = chooseSampling(options.sampling, { temperature: 0.7, topP: 0.95, maxTokens: 2048, stop: [] });
  const judge = async (shard: Shard<{ question: string }>): Promise<readonly Decision<{ difficulty: number }>[]> => {
    const { rows, models, seedOf } = shard;
    const ask = async (row: Row<{ question: string }>): Promise<Decision<{ difficulty: number }>> => {
      const { choices } = await models.generate(role, {
        row,
        prompt: fillPrompt(prompt, row.fields),
        sampling: { ...sampling, seed: seedOf(row), n: samples },
      });
      return rate(
        choices.map(({ text, finishReason }) => (finishReason === 'length' ? null : findFinalAnswer(text).answer)),
      );
    };
    return await models.judgeEach(rows, ask);
  };
  return {
    order: 'free',
    ...description,
    settings: { by, role, samples, prompt: identifyPrompt(prompt), sampling: { ...sampling } },
    ...{ needs: ['question'], models: [role] },
    open: async () => ({ judge }),
  };
}

function regress(role: string): FreeStageRun<{ question: string }, { difficulty: number }> {
  return {
    judge: ({ rows, models }) =>
      models.judgeEach(rows, async (row) => {
        const prompt = { kind: 'completion', text: row.fields.question } as const;
        const { score } = await models.score(role, { row, prompt });
        return Number.isFinite(score)
          ? { keep: { difficulty: Math.min(1, Math.max(0, score)) } }
          : { drop: 'no-score' };
      }),
  };
}

function rate(answers: readonly (string | null)[]): Decision<{ difficulty: number }> {
  const [largest = []] = classifyAnswers(answers);
  return { keep: { difficulty: answers.length === 0 ? 1 : 1 - largest.length / answers.length } };
}
