import { seedSpacing } from '@scalequest/core';
import type { Choice } from '@scalequest/models';
import type { Row } from '../engine/row.ts';
import type { Decision, FreeStage, Shard } from '../engine/stage.ts';
import { SynthError } from '../errors.ts';
import { checkPrefix, type QuestionPrefix } from '../prompts/question-prefixes.ts';
import { chooseSampling, requireWhole, type SamplingOptions, type StageSampling } from './sampling.ts';

export interface GenerateQuestionsOptions {
  /** Of each generator, whose name is the role of its model. */
  readonly prefixes: Readonly<Record<string, QuestionPrefix>>;
  /** @defaultValue temperature 1, top-p 0.99, 512 tokens; each generator stops at its prefix's own stops */
  readonly sampling?: Omit<SamplingOptions, 'stop'>;
  /**
   * Rows that share one request of so many samples, 1,024 at most: the server reads the prefix once. With another number other
   * questions are asked, because a server seeds the samples of one request one after the other.
   *
   * @defaultValue 1
   */
  readonly rowsPerRequest?: number;
  /** `keep` takes questions that break off at `maxTokens` as they are, as the published code does. @defaultValue 'drop' */
  readonly truncated?: 'drop' | 'keep';
}

/**
 * Asks generators for questions from the bare beginning of a user's turn (paper 2.4). Gives `question`; drops 'truncated', 'empty'
 * and 'content-filter'.
 *
 * Rows `rowsPerRequest * k` to `rowsPerRequest * (k + 1) - 1` share a request: its seed is that of the first of them, and
 * the sample at a place is the row's at that place. So which row has which question depends on indices alone.
 *
 * @throws SynthError `INVALID_OPTION`
 * @example
 * generateQuestions({ prefixes: { qwen: qwen2Prefix }, rowsPerRequest: 32 });
 */
export function generateQuestions(options: GenerateQuestionsOptions): FreeStage<object, { question: string }> {
  const { prefixes, rowsPerRequest = 1, truncated = 'drop' } = options;
  for (const prefix of Object.values(prefixes)) checkPrefix(prefix);
  requireWhole('rowsPerRequest', rowsPerRequest, { least: 1, most: seedSpacing });
  const defaults = { temperature: 1, topP: 0.99, maxTokens: 512, stop: [] };
  const { stop: _none, ...sampling } = chooseSampling(options.sampling, defaults);
  const roles = Object.keys(prefixes);
  const settings = {
    sampling,
    ...{ rowsPerRequest, truncated },
    prefixes: Object.fromEntries(
      Object.entries(prefixes).map(([name, { prefix, stop }]) => [name, { prefix, stop: [...stop] }]),
    ),
  };
  return {
    order: 'free',
    ...{ name: 'generate', version: 1, settings, needs: [], gives: ['question'], models: roles },
    open: async () => ({
      judge: (shard) => {
        const prefix = prefixes[shard.generator];
        if (prefix === undefined) throw noPrefix(shard.generator);
        const ask = shareRequests(shard, { prefix, sampling: { ...sampling, stop: prefix.stop }, rowsPerRequest });
        return shard.models.judgeEach(shard.rows, async (row) => judge(await ask(row), truncated));
      },
    }),
  };
}

interface SharedRequest {
  readonly prefix: QuestionPrefix;
  readonly sampling: StageSampling;
  readonly rowsPerRequest: number;
}

/** Sends each request with the first of its rows that asks, and hands out its samples. */
function shareRequests(
  { generator, rows, models, seedOf }: Shard<object>,
  { prefix, sampling, rowsPerRequest }: SharedRequest,
): (row: Row<object>) => Promise<Choice | undefined> {
  const groups = new Map<number, { readonly first: Row<object>; n: number; choices?: Promise<readonly Choice[]> }>();
  for (const row of rows) {
    const number = Math.floor(row.index / rowsPerRequest);
    const group = groups.get(number);
    if (group === undefined) groups.set(number, { first: row, n: 1 });
    else group.n += 1;
  }
  return async (row) => {
    const group = groups.get(Math.floor(row.index / rowsPerRequest));
    if (group === undefined) return undefined;
    const { first, n } = group;
    group.choices ??= models
      .generate(generator, {
        row: first,
        prompt: { kind: 'completion', text: prefix.prefix },
        sampling: { ...sampling, seed: seedOf(first), ...(n === 1 ? {} : { n }) },
      })
      .then(({ choices }) => choices);
    return (await group.choices)[row.index - first.index];
  };
}

function judge(choice: Choice | undefined, truncated: 'drop' | 'keep'): Decision<{ question: string }> {
  const question = choice?.text.trim() ?? '';
  if (choice?.finishReason === 'length' && truncated === 'drop') return { drop: 'truncated', because: { question } };
  if (choice?.finishReason === 'content-filter') return { drop: 'content-filter' };
  return question === '' ? { drop: 'empty' } : { keep: { question } };
}

function noPrefix(generator: string): SynthError {
  return new SynthError({
    code: 'RECIPE_BROKEN',
    kind: 'request',
    what: `Generator '${generator}' has no question prefix.`,
    next: "Name one in `prefixes` of the stage 'generate'.",
    fields: { generator },
  });
}
