import { excerpt } from '@scalequest/core';
import type { FreeStage } from '../engine/stage.ts';
import { ownPrompts } from '../prompts/own-prompts.ts';
import { fillPrompt, identifyPrompt, type PromptTemplate } from '../prompts/prompt.ts';
import { readTests } from '../replies/read-tests.ts';
import { chooseSampling, requireWhole, type SamplingOptions } from './sampling.ts';

export interface WriteTestsOptions {
  /** @defaultValue 'tester' */
  readonly role?: string;
  /** @defaultValue the project's own `write-tests` */
  readonly prompt?: PromptTemplate;
  /** Fewer asserts than this that call the function, outside of other functions, are no test. @defaultValue 3 */
  readonly leastAsserts?: number;
  /** @defaultValue greedy, 2,048 tokens */
  readonly sampling?: SamplingOptions;
}

/**
 * Has a model say what the function of a programming task is to be called, and write tests for it, before anybody answers the task.
 * Gives `signature`, `entryPoint` and `tests`; drops 'no-tests' and 'truncated'.
 */
export function writeTests(
  options: WriteTestsOptions = {},
): FreeStage<{ question: string }, { signature: string; entryPoint: string; tests: string }> {
  const { role = 'tester', prompt = ownPrompts['write-tests'], leastAsserts = 3 } = options;
  requireWhole('leastAsserts', leastAsserts, { least: 1 });
  const sampling = chooseSampling(options.sampling, { temperature: 0, topP: 1, maxTokens: 2048, stop: [] });
  return {
    order: 'free',
    ...{ name: 'tests', version: 2, needs: ['question'], gives: ['signature', 'entryPoint', 'tests'], models: [role] },
    settings: { role, leastAsserts, prompt: identifyPrompt(prompt), sampling: { ...sampling } },
    open: async () => ({
      judge: ({ rows, models, seedOf }) =>
        models.judgeEach(rows, async (row) => {
          const request = { row, prompt: fillPrompt(prompt, row.fields), sampling: { ...sampling, seed: seedOf(row) } };
          const { choices } = await models.generate(role, request);
          const said = choices[0]?.text ?? '';
          if (choices[0]?.finishReason === 'length') return { drop: 'truncated' };
          const written = readTests(said, { leastAsserts });
          if (written === undefined) return { drop: 'no-tests', because: { end: excerpt(said.trim().slice(-200)) } };
          const { signature, entryPoint, tests } = written;
          return { keep: { signature, entryPoint, tests } };
        }),
    }),
  };
}
