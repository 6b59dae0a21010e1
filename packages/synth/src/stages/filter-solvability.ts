import { excerpt } from '@scalequest/core';
import type { Choice } from '@scalequest/models';
import type { Decision, FreeStage } from '../engine/stage.ts';
import { ownPrompts } from '../prompts/own-prompts.ts';
import { fillPrompt, identifyPrompt, type PromptTemplate } from '../prompts/prompt.ts';
import { readVerdict } from '../replies/read-verdict.ts';
import { chooseSampling, type SamplingOptions } from './sampling.ts';

export interface FilterSolvabilityOptions {
  /** @defaultValue 'judge' */
  readonly role?: string;
  /** @defaultValue the project's own `judge-math` */
  readonly prompt?: PromptTemplate;
  /** @defaultValue greedy, 2,048 tokens */
  readonly sampling?: SamplingOptions;
  /**
   * How a verdict is read. `conclusion` reads the end, and what concludes nothing is dropped as such; `substring` keeps what has
   * "yes" anywhere in it, as the published code does.
   *
   * @defaultValue 'conclusion'
   */
  readonly read?: 'conclusion' | 'substring';
}

/** What a kept question has. */
export interface Solvability {
  readonly verdict: 'yes';
}

/**
 * Asks a judge whether each question can be solved (paper 2.4). Gives `solvability`; drops 'unsolvable', 'no-verdict' and
 * 'truncated', with the end of what the judge said.
 */
export function filterSolvability(
  options: FilterSolvabilityOptions = {},
): FreeStage<{ question: string }, { solvability: Solvability }> {
  const { role = 'judge', prompt = ownPrompts['judge-math'], read = 'conclusion' } = options;
  const sampling = chooseSampling(options.sampling, { temperature: 0, topP: 1, maxTokens: 2048, stop: [] });
  return {
    order: 'free',
    ...{ name: 'solvability', version: 2, needs: ['question'], gives: ['solvability'], models: [role] },
    settings: { role, read, prompt: identifyPrompt(prompt), sampling: { ...sampling } },
    open: async () => ({
      judge: ({ rows, models, seedOf }) =>
        models.judgeEach(rows, async (row) => {
          const request = { row, prompt: fillPrompt(prompt, row.fields), sampling: { ...sampling, seed: seedOf(row) } };
          const { choices } = await models.generate(role, request);
          return judge(choices[0], read);
        }),
    }),
  };
}

function judge(choice: Choice | undefined, read: 'conclusion' | 'substring'): Decision<{ solvability: Solvability }> {
  const said = choice?.text ?? '';
  const because = { end: excerpt(said.trim().slice(-200)) };
  if (read === 'substring') {
    return said.toLowerCase().includes('yes')
      ? { keep: { solvability: { verdict: 'yes' } } }
      : { drop: 'unsolvable', because };
  }
  if (choice?.finishReason === 'length') return { drop: 'truncated', because };
  const verdict = readVerdict(said);
  if (verdict === undefined) return { drop: 'no-verdict', because };
  return verdict === 'yes' ? { keep: { solvability: { verdict } } } : { drop: 'unsolvable', because };
}
