import { broken, type Check, type Finding, ok, warning } from '../check.ts';
import type { RunNeeds } from '../describe-needs.ts';
import { describeFailure } from './describe-failure.ts';
import { measureTokens, type ProbedEndpoint, type Prober, writeFiller } from './prober.ts';

export interface CheckContextInput {
  readonly prober: Prober;
  readonly endpoint: ProbedEndpoint;
  readonly needs: Pick<RunNeeds, 'longestPrompt' | 'maxTokens'>;
  /** The longest prompt that is sent, in tokens. */
  readonly mostTokens: number;
}

/** Text of problems has between so many characters to a token. */
const charactersPerToken = { most: 6, likely: 3 } as const;
/** A count that is lower than this share of what was sent is of another prompt. */
const leastShare = 0.95;
const replyTokens = 16;

/** Looks at whether a long prompt is read from its first word on, and whether the model is as long as the protocol wants. */
export function checkContext({ prober, endpoint, needs, mostTokens }: CheckContextInput): Check {
  return {
    name: 'context',
    looksAt: 'whether prompts and replies fit, and none is cut',
    run: async () => (await compareLengths(endpoint, needs)) ?? (await sendLongPrompt({ prober, needs, mostTokens })),
  };
}

async function compareLengths(
  { client, listModels }: ProbedEndpoint,
  { longestPrompt, maxTokens }: CheckContextInput['needs'],
): Promise<Finding | undefined> {
  const maxLength = (await listModels())?.find(({ id }) => id === client.model)?.maxLength;
  if (maxLength === undefined) return undefined;
  const least = maxTokens + Math.ceil(longestPrompt / charactersPerToken.most);
  const likely = maxTokens + Math.ceil(longestPrompt / charactersPerToken.likely);
  if (maxLength >= likely) return undefined;
  const trouble = {
    what: `The context of '${client.model}' is ${maxLength} tokens.`,
    why: `The protocol allows replies of ${maxTokens}, and the longest prompt has ${longestPrompt} characters: together about ${likely} tokens.`,
    next: `Serve it with a longer context (vLLM: --max-model-len ${likely}), or lower --max-tokens.`,
  };
  return maxLength < least ? broken(trouble) : warning(trouble);
}

async function sendLongPrompt({ prober, needs, mostTokens }: Omit<CheckContextInput, 'endpoint'>): Promise<Finding> {
  const tokens = await measureTokens(prober);
  const perWord = tokens === undefined || tokens.perWord <= 0 ? 1 : tokens.perWord;
  const wanted = Math.min(needs.maxTokens + Math.ceil(needs.longestPrompt / charactersPerToken.most), mostTokens);
  // Short of the wanted length by what is said around the words.
  const words = Math.max(1, Math.floor((wanted - replyTokens - 64) / perWord));
  const question =
    prober.kind === 'chat'
      ? 'Which bird was named at the beginning? Answer with its name.'
      : 'The bird that was named at the beginning is the';
  const content = `The bird is a heron.\n${writeFiller(words)}\n${question}`;
  const answer = await prober.ask({ turns: [{ role: 'user', content }], sampling: { maxTokens: replyTokens } });
  if ('error' in answer) return describeFailure(answer.error, { isNeeded: true });
  const sent = Math.round(words * perWord);
  const counted = answer.response.usage?.promptTokens;
  if (counted !== undefined && tokens !== undefined) {
    if (counted >= leastShare * sent)
      return ok(`A prompt of ${counted.toLocaleString('en-US')} tokens is read as a whole.`);
    return broken({
      what: 'A long prompt is cut without a word.',
      why: `One of about ${sent.toLocaleString('en-US')} tokens was counted as ${counted.toLocaleString('en-US')}.`,
      next: 'Serve the model with a longer context (llama.cpp: -c, Ollama: OLLAMA_CONTEXT_LENGTH), or lower --max-tokens.',
    });
  }
  if (/heron/i.test(`${answer.response.choices[0]?.text} ${answer.response.choices[0]?.reasoning ?? ''}`)) {
    return ok(`A prompt of about ${sent.toLocaleString('en-US')} tokens is read from its beginning on.`);
  }
  return warning({
    what: `Of a prompt of about ${sent.toLocaleString('en-US')} tokens the model did not repeat what its beginning says.`,
    why: 'The endpoint counts no tokens, so that only its words tell whether the prompt was cut.',
    next: 'Look at the length of the context that the server was started with.',
  });
}
