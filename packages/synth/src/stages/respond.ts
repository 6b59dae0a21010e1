import { seedSpacing } from '@scalequest/core';
import type { Choice, FinishReason } from '@scalequest/models';
import type { FreeStage } from '../engine/stage.ts';
import { ownPrompts } from '../prompts/own-prompts.ts';
import { fillPrompt, identifyPrompt, type PromptTemplate } from '../prompts/prompt.ts';
import { chooseSampling, requireWhole, type SamplingOptions } from './sampling.ts';

/** One answer to a question. */
export interface SampledResponse {
  /** With the model's thinking before it, in `<think>` marks, where the server gives that apart. */
  readonly text: string;
  readonly finishReason: FinishReason;
}

export interface RespondOptions {
  /** @defaultValue 'responder' */
  readonly role?: string;
  /** Its places are fields of the row. @defaultValue the project's own `solve-math` */
  readonly prompt?: PromptTemplate;
  /** Answers to each question, from one request. @defaultValue 5 */
  readonly samples?: number;
  /** @defaultValue temperature 0.7, top-p 0.95, 2,048 tokens */
  readonly sampling?: SamplingOptions;
}

/** Asks for several answers to each question, in one request. Gives `responses`; drops 'empty' where none has a text. */
export function respond(
  options: RespondOptions = {},
): FreeStage<Readonly<Record<string, string>>, { responses: readonly SampledResponse[] }> {
  const { role = 'responder', prompt = ownPrompts['solve-math'], samples = 5 } = options;
  requireWhole('samples', samples, { least: 1, most: seedSpacing });
  const sampling = chooseSampling(options.sampling, { temperature: 0.7, topP: 0.95, maxTokens: 2048, stop: [] });
  return {
    order: 'free',
    ...{ name: 'respond', version: 1, needs: prompt.places, gives: ['responses'], models: [role] },
    settings: { role, samples, prompt: identifyPrompt(prompt), sampling: { ...sampling } },
    open: async () => ({
      judge: ({ rows, models, seedOf }) =>
        models.judgeEach(rows, async (row) => {
          const { choices } = await models.generate(role, {
            row,
            prompt: fillPrompt(prompt, row.fields),
            sampling: { ...sampling, seed: seedOf(row), ...(samples === 1 ? {} : { n: samples }) },
          });
          const responses = choices.map((choice) => ({
            text: joinThinking(choice),
            finishReason: choice.finishReason,
          }));
          return responses.every(({ text }) => text.trim() === '') ? { drop: 'empty' } : { keep: { responses } };
        }),
    }),
  };
}

/** As the model wrote it: a server that reads thinking out of a reply takes off its marks. */
export function joinThinking({ text, reasoning }: Choice): string {
  return reasoning === undefined || reasoning === '' ? text : `<think>\n${reasoning.trim()}\n</think>\n\n${text}`;
}
