import { seedSpacing } from '@scalequest/core';
import type { Choice, FinishReason } from '@scalequest/models';
import type { FreeStage } from '../engine/stage.ts';
import { SynthError } from '../errors.ts';
import { ownPrompts } from '../prompts/own-prompts.ts';
import { fillPrompt, identifyPrompt, type PromptTemplate } from '../prompts/prompt.ts';
import { classifyAnswers } from '../replies/classify-answers.ts';
import { findFinalAnswer } from '../replies/find-final-answer.ts';
import { chooseSampling, requireWhole, type SamplingOptions } from './sampling.ts';

/** One answer to a question. */
export interface SampledResponse {
  /** With the model's thinking before it, in `<think>` marks, where the server gives that apart. */
  readonly text: string;
  readonly finishReason: FinishReason;
}

/** When a question has answers enough. */
export interface AdaptiveSamples {
  /** So many whole answers that mean the same are enough. */
  readonly agree: number;
  /** The most answers to a question: no request of `samples` is sent that would come to more. */
  readonly most: number;
}

export interface RespondOptions {
  /** @defaultValue 'responder' */
  readonly role?: string;
  /** Its places are fields of the row. @defaultValue the project's own `solve-math` */
  readonly prompt?: PromptTemplate;
  /** Answers to each question, from one request. @defaultValue 5 */
  readonly samples?: number;
  /**
   * Asks again where answers do not agree, so that hard questions get more of them (as DARS does, arXiv 2407.13690).
   *
   * @defaultValue one request for every question
   */
  readonly adaptive?: AdaptiveSamples;
  /** @defaultValue temperature 0.7, top-p 0.95, 2,048 tokens */
  readonly sampling?: SamplingOptions;
}

/**
 * Asks for several answers to each question, in one request; with `adaptive` in as many as it takes until enough of them agree. Gives
 * `responses`; drops 'empty' where none has a text.
 *
 * @throws SynthError `INVALID_OPTION`
 * @example
 * respond({ samples: 4, adaptive: { agree: 3, most: 16 } });
 */
export function respond(
  options: RespondOptions = {},
): FreeStage<Readonly<Record<string, string>>, { responses: readonly SampledResponse[] }> {
  const { role = 'responder', prompt = ownPrompts['solve-math'], samples = 5, adaptive } = options;
  requireWhole('samples', samples, { least: 1, most: seedSpacing });
  if (adaptive !== undefined) checkAdaptive(adaptive, samples);
  const sampling = chooseSampling(options.sampling, { temperature: 0.7, topP: 0.95, maxTokens: 2048, stop: [] });
  const settings = { role, samples, prompt: identifyPrompt(prompt), sampling: { ...sampling } };
  return {
    order: 'free',
    ...{ name: 'respond', version: 1, needs: prompt.places, gives: ['responses'], models: [role] },
    settings: adaptive === undefined ? settings : { ...settings, adaptive: { ...adaptive } },
    open: async () => ({
      judge: ({ rows, models, seedOf }) =>
        models.judgeEach(rows, async (row) => {
          const ask = async (epoch: number): Promise<readonly SampledResponse[]> => {
            const { choices } = await models.generate(role, {
              ...{ row, epoch },
              prompt: fillPrompt(prompt, row.fields),
              sampling: { ...sampling, seed: seedOf(row, epoch), ...(samples === 1 ? {} : { n: samples }) },
            });
            return choices.map((choice) => ({ text: joinThinking(choice), finishReason: choice.finishReason }));
          };
          const responses = [...(await ask(0))];
          if (adaptive !== undefined) {
            const { agree, most } = adaptive;
            for (let epoch = 1; (epoch + 1) * samples <= most && countAgreeing(responses) < agree; epoch++) {
              responses.push(...(await ask(epoch)));
            }
          }
          return responses.every(({ text }) => text.trim() === '') ? { drop: 'empty' } : { keep: { responses } };
        }),
    }),
  };
}

/** Answers in the largest class. One that is cut, or gives none that can be read, is in no class. */
function countAgreeing(responses: readonly SampledResponse[]): number {
  const answers = responses.map(({ text, finishReason }) =>
    finishReason === 'length' ? null : findFinalAnswer(text).answer,
  );
  return classifyAnswers(answers)[0]?.length ?? 0;
}

function checkAdaptive({ agree, most }: AdaptiveSamples, samples: number): void {
  requireWhole('adaptive.agree', agree, { least: 2 });
  requireWhole('adaptive.most', most, { least: samples });
  if (agree <= most) return;
  throw new SynthError({
    code: 'INVALID_OPTION',
    kind: 'request',
    what: `${agree} answers that agree are asked for, of ${most} at most.`,
    next: "Give an 'adaptive.agree' that is no more than 'adaptive.most'.",
    fields: { agree, most },
  });
}

/** As the model wrote it: a server that reads thinking out of a reply takes off its marks. */
export function joinThinking({ text, reasoning }: Choice): string {
  return reasoning === undefined || reasoning === '' ? text : `<think>\n${reasoning.trim()}\n</think>\n\n${text}`;
}
