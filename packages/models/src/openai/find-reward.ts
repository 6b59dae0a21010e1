import { ModelsError } from '../errors.ts';
import type { GenerateOptions, Prompt } from '../model-client.ts';
import type { OpenAiClient } from './create-openai-client.ts';
import type { Answered } from './server-calls/server-call.ts';

/** Two prompts, of which the first must get the higher reward. */
export interface CanaryPair {
  readonly good: Prompt;
  readonly bad: Prompt;
}

export interface FindRewardOptions {
  /** @defaultValue a sum as a conversation, answered right and wrong; give texts where a server takes no conversations (SGLang) */
  readonly canary?: CanaryPair;
  /**
   * Makes one number of what a model gives for a prompt, or for its last token.
   *
   * @defaultValue the number where there is one, which a reward model gives; several are refused
   */
  readonly readScore?: (scores: readonly number[]) => number;
  readonly signal?: AbortSignal;
}

/** A reward for a prompt. The higher, the better. */
export interface Reward extends Answered {
  readonly score: number;
}

/** The way to a server's rewards that was found to work. */
export interface FoundReward {
  /** Such as `/classify`, or `/pooling` with its task. */
  readonly way: string;
  /** What the canaries got. */
  readonly goodScore: number;
  readonly badScore: number;
  readonly score: (prompt: Prompt, options?: GenerateOptions) => Promise<Reward>;
}

type AskScores = (
  prompt: Prompt,
  options?: GenerateOptions,
) => Promise<Answered & { readonly scores: readonly number[] }>;

const question = { role: 'user', content: 'What is 17 + 25? Think step by step.' } as const;
const sum: CanaryPair = {
  good: makeConversation('17 + 25 = 17 + 20 + 5 = 37 + 5 = 42. The answer is 42.'),
  bad: makeConversation('I like the colour of the sea. The answer is 9.'),
};

/**
 * Finds how a server gives the rewards of its model, and proves it with a canary pair, before a run spends days on it: its
 * paths and names of tasks changed with almost each release, and some ways give every reply the same number. It tries
 * `/classify`, then `/pooling` with the tasks that releases of vLLM had, and takes the first that puts the canaries in order.
 *
 * The requests go to whichever endpoint has the turn: make a client for each server where several may differ.
 *
 * @example
 * const { score } = await findReward(client);
 * const { score: reward } = await score({ kind: 'chat', messages: [...question, answer] }, { stage: 'reward' });
 *
 * @throws ModelsError `NOT_SUPPORTED` where none answers, `CANARY_FAILED` where none has them in order; what ends all work,
 * such as `AUTH_FAILED`
 */
export async function findReward(
  client: Pick<OpenAiClient, 'classify' | 'pool' | 'model'>,
  { canary = sum, readScore = readOnlyScore, signal }: FindRewardOptions = {},
): Promise<FoundReward> {
  const reasons: string[] = [];
  let hasAnswered = false;
  for (const [way, ask] of listWays(client)) {
    const score: FoundReward['score'] = async (prompt, options) => {
      const { scores, usage, latencyMs, attempts, endpoint } = await ask(prompt, options);
      const run = { latencyMs, attempts, endpoint };
      return { score: readScore(scores), ...(usage === undefined ? {} : { usage }), ...run };
    };
    try {
      const options = signal === undefined ? {} : { signal };
      const { score: goodScore } = await score(canary.good, options);
      const { score: badScore } = await score(canary.bad, options);
      if (goodScore > badScore) return { way, goodScore, badScore, score };
      hasAnswered = true;
      reasons.push(`${way}: the good answer got ${goodScore}, the bad one ${badScore}.`);
    } catch (error) {
      if (!(error instanceof ModelsError) || !isAboutThisWay(error)) throw error;
      hasAnswered ||= error.code === 'CANARY_FAILED';
      reasons.push(`${way}: ${error.parts.why ?? error.parts.what}`);
    }
  }
  throw hasAnswered ? canaryFailed(client.model, reasons) : noWay(client.model, reasons);
}

/** The ways that servers have, or had. */
function listWays({
  classify,
  pool,
}: Pick<OpenAiClient, 'classify' | 'pool'>): readonly (readonly [string, AskScores])[] {
  const poolAs =
    (task: string | undefined): AskScores =>
    async (prompt, options) => {
      const { vectors, ...run } = await pool({ prompt, ...(task === undefined ? {} : { task }) }, options);
      return { ...run, scores: vectors.at(-1) ?? [] };
    };
  return [
    ['/classify', (prompt, options) => classify({ prompt }, options)],
    ['/pooling', poolAs(undefined)],
    ...['classify', 'token_classify', 'encode', 'reward'].map(
      (task) => [`/pooling with task ${task}`, poolAs(task)] as const,
    ),
  ];
}

/**
 * Whether another way may work: the server took the connection and the key, and refused or garbled this. One that says nothing
 * within its time would say as little to five further ways.
 */
function isAboutThisWay({ code, errorClass }: ModelsError): boolean {
  return (errorClass === 'drop' && code !== 'TIMED_OUT') || code === 'NOT_SUPPORTED' || code === 'CANARY_FAILED';
}

function readOnlyScore(scores: readonly number[]): number {
  const [score] = scores;
  if (score !== undefined && scores.length === 1) return score;
  throw new ModelsError({
    code: 'CANARY_FAILED',
    kind: 'request',
    errorClass: 'fatal',
    what: `The model gives ${scores.length} scores, expected one.`,
    next: 'Give `readScore`, which makes one number of them, or serve a reward model.',
  });
}

function makeConversation(answer: string): Prompt {
  return { kind: 'chat', messages: [question, { role: 'assistant', content: answer }] };
}

function canaryFailed(model: string, reasons: readonly string[]): ModelsError {
  return new ModelsError({
    code: 'CANARY_FAILED',
    kind: 'request',
    errorClass: 'fatal',
    what: `Model '${model}' puts a good answer above a bad one in no way that its server has.`,
    why: reasons.join(' '),
    next: 'Check that it is a reward model, and its chat template. Give `readScore` where it has several scores, or a canary pair of its own kind.',
    fields: { model, reasons },
  });
}

function noWay(model: string, reasons: readonly string[]): ModelsError {
  return new ModelsError({
    code: 'NOT_SUPPORTED',
    kind: 'request',
    errorClass: 'fatal',
    what: `Model '${model}' gives no rewards in any way that is known.`,
    why: reasons.join(' '),
    next: 'Start its server for rewards: `vllm serve --runner pooling`, or SGLang with `--is-embedding`, which takes texts.',
    fields: { model, reasons },
  });
}
