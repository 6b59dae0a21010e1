import { seedSpacing } from '@scalequest/core';
import type { Choice, FinishReason } from '@scalequest/models';
import type { Row } from '../engine/row.ts';
import type { Decision, FreeStage, Shard } from '../engine/stage.ts';
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
  /** Answers to each question. @defaultValue 5 */
  readonly samples?: number;
  /**
   * Those that come from one request, so that the server reads the question once. 1 is for a server that takes no `n`. With another
   * number a server draws other answers.
   *
   * @defaultValue all of them
   */
  readonly samplesPerRequest?: number;
  /**
   * Asks for `samples` more where answers do not agree, so that hard questions get more of them (as DARS does, arXiv 2407.13690).
   *
   * @defaultValue `samples` answers to every question
   */
  readonly adaptive?: AdaptiveSamples;
  /** @defaultValue temperature 0.7, top-p 0.95, 2,048 tokens */
  readonly sampling?: SamplingOptions;
}

type Question = Readonly<Record<string, string>>;
type Responses = { responses: readonly SampledResponse[] };

/**
 * Asks for several answers to each question (paper 2.5), in one request; with `adaptive` in as many as it takes until enough of them
 * agree. Gives `responses`; drops 'empty' where none has a text.
 *
 * A server that gives the same text for every sample would make a majority of one answer: where it does so for a whole shard,
 * the run ends.
 *
 * @throws SynthError `INVALID_OPTION`; in a run `SAMPLES_ALIKE`
 * @example
 * respond({ samples: 4, adaptive: { agree: 3, most: 16 } });
 */
export function respond(options: RespondOptions = {}): FreeStage<Question, Responses> {
  const { role = 'responder', prompt = ownPrompts['solve-math'], samples = 5 } = options;
  const { samplesPerRequest = samples, adaptive } = options;
  requireWhole('samples', samples, { least: 1, most: seedSpacing });
  requireWhole('samplesPerRequest', samplesPerRequest, { least: 1, most: samples });
  if (adaptive !== undefined) checkAdaptive(adaptive, samples);
  const sampling = chooseSampling(options.sampling, { temperature: 0.7, topP: 0.95, maxTokens: 2048, stop: [] });
  const sizes = Array.from({ length: Math.ceil(samples / samplesPerRequest) }, (_, epoch) =>
    Math.min(samplesPerRequest, samples - epoch * samplesPerRequest),
  );

  const askRound = async (
    { models, seedOf }: Shard<Question>,
    { row, round }: { readonly row: Row<Question>; readonly round: number },
  ): Promise<readonly SampledResponse[]> => {
    const filled = fillPrompt(prompt, row.fields);
    const ends = await Promise.allSettled(
      sizes.map((n, position) => {
        const epoch = round * sizes.length + position;
        return models.generate(role, {
          ...{ row, epoch, prompt: filled },
          sampling: { ...sampling, seed: seedOf(row, epoch), ...(n === 1 ? {} : { n }) },
        });
      }),
    );
    return ends.flatMap((end) => {
      if (end.status === 'rejected') throw end.reason;
      return end.value.choices.map((choice) => ({ text: joinThinking(choice), finishReason: choice.finishReason }));
    });
  };

  const askFor = async (shard: Shard<Question>, row: Row<Question>): Promise<Decision<Responses>> => {
    const responses = [...(await askRound(shard, { row, round: 0 }))];
    if (adaptive !== undefined) {
      const { agree, most } = adaptive;
      for (let round = 1; (round + 1) * samples <= most && countAgreeing(responses) < agree; round++)
        responses.push(...(await askRound(shard, { row, round })));
    }
    return responses.every(({ text }) => text.trim() === '') ? { drop: 'empty' } : { keep: { responses } };
  };
  const settings = { role, samples, samplesPerRequest, prompt: identifyPrompt(prompt), sampling: { ...sampling } };
  return {
    order: 'free',
    ...{ name: 'respond', version: 2, needs: prompt.places, gives: ['responses'], models: [role] },
    settings: adaptive === undefined ? settings : { ...settings, adaptive: { ...adaptive } },
    open: async () => ({
      judge: async (shard) => {
        const decisions = await shard.models.judgeEach(shard.rows, (row) => askFor(shard, row));
        if (samples > 1 && sampling.temperature > 0 && areAllAlike(decisions)) throw samplesAlike(role, samples);
        return decisions;
      },
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

/** Fewer rows may be so by chance, and so may shorter texts. */
const leastAlikeRows = 16;
const leastAlikeCharacters = 100;

function areAllAlike(decisions: readonly Decision<Responses>[]): boolean {
  const answered = decisions.flatMap((decision) => ('keep' in decision ? [decision.keep.responses] : []));
  if (answered.length < leastAlikeRows) return false;
  return answered.every(([first, ...others]) => {
    const { text = '' } = first ?? {};
    return text.length >= leastAlikeCharacters && others.every((other) => other.text === text);
  });
}

function samplesAlike(role: string, samples: number): SynthError {
  return new SynthError({
    code: 'SAMPLES_ALIKE',
    what: `The server of '${role}' gave each question of a shard one text ${samples} times.`,
    why: 'It draws every sample of a request with the same seed, or not at all: what they agree on would mean nothing.',
    next: 'Serve the model otherwise, or set `samplesPerRequest: 1` in the stage, which is another recipe for another folder.',
    fields: { role, samples },
  });
}

/** As the model wrote it: a server that reads thinking out of a reply takes off its marks. */
export function joinThinking({ text, reasoning }: Choice): string {
  return reasoning === undefined || reasoning === '' ? text : `<think>\n${reasoning.trim()}\n</think>\n\n${text}`;
}
