import { broken, type Check, type Finding, ok, warning } from '../check.ts';
import type { RunNeeds } from '../describe-needs.ts';
import { describeFailure } from './describe-failure.ts';
import { measureTokens, measureWords, type Probe, type Prober, writeFiller } from './prober.ts';

/** What a raw prompt may cost beside its words: a beginning of text, or two. */
const mostAround = 3;
/** What the count of a turn may be off by, where tokens reach over its ends. */
const slack = 2;
/** The markers of templates that are in use. */
const markers =
  /<\|im_(start|end)\|>|<\|(start|end)_header_id\|>|<\|(user|assistant|system)\|>|<(start|end)_of_turn>|\[\/?INST\]|### (Instruction|Response):/;

/** Asks the model to repeat itself. What its reply is made of is looked at as well. */
export const echoProbe: Probe = {
  turns: [
    {
      role: 'user',
      content: 'Repeat this whole message word for word, from its first character to its last: tree river stone cloud.',
    },
  ],
  sampling: { maxTokens: 48 },
};

const countless = warning({
  what: 'The endpoint counts no tokens.',
  why: 'Its replies have no usage, so that a template which is applied twice and a prompt which is cut cannot be seen.',
  next: 'Compare a prompt of `--dry-run` with the log of the server.',
});

/** Looks at whether a template stands around the prompt once where turns are sent, and not at all around raw text. */
export function checkTemplate(prober: Prober, { beginning }: Pick<RunNeeds, 'beginning'> = {}): Check {
  return {
    name: 'template',
    looksAt: prober.kind === 'chat' ? 'whether the template is applied once' : 'whether raw text stays as it is',
    run: () => (prober.kind === 'chat' ? lookAtTurns(prober) : lookAtRawText(prober, beginning)),
  };
}

async function lookAtRawText(prober: Prober, beginning: string | undefined): Promise<Finding> {
  const [tokens, begun] = await Promise.all([
    measureTokens(prober),
    beginning === undefined ? undefined : countBegun(prober, beginning),
  ]);
  if (tokens === undefined) return countless;
  const { constant } = tokens;
  if (constant <= mostAround) {
    const withBeginning = begun === undefined ? undefined : begun - Math.round(tokens.perWord * measureWords);
    if (beginning !== undefined && withBeginning !== undefined && constant > 0 && withBeginning > constant) {
      return warning({
        what: 'A prompt begins twice.',
        why: `The protocol begins its text with '${beginning}', and the server puts ${formatTokens(constant)} before it: together they are ${withBeginning}.`,
        next: 'Tell the server to add no beginning (vLLM: add_special_tokens false), or take it from a template of your own: --template FILE.',
      });
    }
    if (constant > 1) {
      return warning({
        what: `A raw prompt costs ${constant} tokens beside its words, and a beginning of text is one.`,
        why: 'Some models have a beginning of two (GLM); else it is written twice.',
        next: 'Look at how the server turns a text into tokens (vLLM, llama.cpp: POST /tokenize).',
      });
    }
    return ok(`Raw text stays as it is: ${formatTokens(constant)} beside its words.`);
  }
  return broken({
    what: 'The server writes a template around raw text.',
    why: `A raw prompt costs ${constant} tokens beside its words, and a beginning of text is one.`,
    next: 'The protocol writes its own template, so that it would be applied twice. Turn it off on the server (Ollama: a Modelfile with `TEMPLATE {{ .Prompt }}`), or ask a protocol that sends turns.',
  });
}

/** Tokens of the known words behind the beginning that the protocol writes. */
async function countBegun(prober: Prober, beginning: string): Promise<number | undefined> {
  const content = `${beginning}${writeFiller(measureWords)}`;
  const answer = await prober.ask({ turns: [{ role: 'user', content }], sampling: { maxTokens: 1 } });
  return 'response' in answer ? answer.response.usage?.promptTokens : undefined;
}

async function lookAtTurns(prober: Prober): Promise<Finding> {
  const [answer, tokens] = await Promise.all([prober.ask(echoProbe), measureTurns(prober)]);
  if ('error' in answer) return describeFailure(answer.error, { isNeeded: true });
  const { text = '', reasoning = '' } = answer.response.choices[0] ?? {};
  const marker = markers.exec(reasoning + text)?.[0];
  const next =
    'Compare a prompt of `--dry-run` with the log of the server, and let only one of the two write the template.';
  if (marker !== undefined) {
    return broken({
      what: 'The chat template is applied twice, or turns do not end a reply.',
      why: `Asked to repeat its message, the model writes '${marker}', which is no part of it.`,
      next,
    });
  }
  if (tokens === undefined) return countless;
  const { header, perTurn } = tokens;
  if (header <= perTurn + slack) return ok(`The template costs ${formatTokens(perTurn)} a turn, and ${header} beside.`);
  return warning({
    what: `The template writes ${header} tokens beside its turns, which cost ${perTurn} each.`,
    why: 'Some write a header of their own, such as the dates of Llama 3.1; else it may be applied twice.',
    next,
  });
}

/**
 * The tokens of the template for each turn, and beside the turns where a system turn takes the place of a text of its own.
 * Undefined where the server counts none, or takes no such turns.
 */
async function measureTurns(
  prober: Prober,
): Promise<{ readonly perTurn: number; readonly header: number } | undefined> {
  const [tokens, three, withSystem] = await Promise.all([
    measureTokens(prober),
    prober.count({ words: measureWords }, { role: 'assistant', words: measureWords }, { words: measureWords }),
    prober.count({ role: 'system', words: measureWords }, { words: measureWords }),
  ]);
  if (tokens === undefined || three === undefined) return undefined;
  const words = tokens.perWord * measureWords;
  const perTurn = Math.round((three - tokens.constant - 3 * words) / 2);
  // Where a template knows no system turn, what stands without one is all that can be said.
  const header =
    withSystem === undefined ? tokens.constant - perTurn : withSystem - Math.round(2 * words) - 2 * perTurn;
  return { perTurn, header };
}

function formatTokens(count: number): string {
  return `${count} ${count === 1 ? 'token' : 'tokens'}`;
}
