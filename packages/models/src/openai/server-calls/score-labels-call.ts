import { z } from 'zod';
import { type Answered, describeShape, type ServerCall, toPromptUsage } from './server-call.ts';

export interface ScoreLabelsRequest {
  /** What stands before each item, such as a question to judge. */
  readonly query: string;
  readonly items: readonly string[];
  /** Token ids of the labels, such as those of ` Yes` and ` No`: see `tokenize`. */
  readonly labelTokenIds: readonly number[];
  /** Makes the scores of the labels sum to 1. @defaultValue false, their probabilities among all tokens */
  readonly appliesSoftmax?: boolean;
  /** Puts each item before the query. @defaultValue false */
  readonly itemFirst?: boolean;
}

/** How probable each label is as the next token. */
export interface LabelScores extends Answered {
  /** One list for each item, with one score for each label, in the order of the request. */
  readonly scores: readonly (readonly number[])[];
}

const schema = z.object({
  scores: z.array(z.array(z.number())),
  usage: z.object({ prompt_tokens: z.number().nullish() }).nullish(),
});

/** SGLang's `/v1/score`. vLLM has another one of that name, which compares texts. */
export function makeScoreLabelsCall(
  { query, items, labelTokenIds, appliesSoftmax = false, itemFirst = false }: ScoreLabelsRequest,
  model: string,
): ServerCall<Pick<LabelScores, 'scores'>> {
  return {
    name: 'scoreLabels',
    path: '/score',
    below: 'base',
    body: { model, query, items, label_token_ids: labelTokenIds, apply_softmax: appliesSoftmax, item_first: itemFirst },
    prompt: { kind: 'completion', text: items.map((item) => query + item).join('') },
    read: (body) => {
      const { success, data, error } = schema.safeParse(body);
      if (!success) return { problem: `It has no scores of labels: ${describeShape(error)}.` };
      const isWhole =
        data.scores.length === items.length && data.scores.every(({ length }) => length === labelTokenIds.length);
      return isWhole
        ? { value: { scores: data.scores }, usage: toPromptUsage(data.usage?.prompt_tokens) }
        : { problem: `It has not ${items.length} times ${labelTokenIds.length} scores.` };
    },
  };
}
