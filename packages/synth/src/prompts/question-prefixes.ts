import { SynthError } from '../errors.ts';

/**
 * How a generator of questions begins and ends one: the chat template up to the user's words, and what follows on them. QFT
 * trains on `prefix + lead + question + ending`; generation sends `prefix` alone and stops at one of `stop`.
 */
export interface QuestionPrefix {
  readonly name: string;
  /** Ends where a token ends, and holds no beginning of the text, which servers write by themselves. */
  readonly prefix: string;
  /** Between the prefix and the question in training; generation gives it. @defaultValue '' */
  readonly lead?: string;
  /** Behind the question in training. */
  readonly ending: string;
  /** At most four, which is what hosted services take. One of them is in the ending. */
  readonly stop: readonly string[];
  /** Where these markers are written down. */
  readonly source: string;
}

/** Qwen2 and Qwen2-Math, with the system turn that their template writes where none is given. */
export const qwen2Prefix: QuestionPrefix = {
  name: 'qwen2',
  prefix: '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n',
  ending: '<|im_end|>',
  stop: ['<|im_end|>', '<|im_start|>', '<|endoftext|>'],
  source: 'chat_template in tokenizer_config.json of Qwen/Qwen2-Math-7B-Instruct',
};

/**
 * DeepSeekMath. The prefix ends before the space: the space and the first word are one token, so that a prefix with it would begin
 * with a token that training never saw.
 */
export const deepseekMathPrefix: QuestionPrefix = {
  name: 'deepseek-math',
  prefix: 'User:',
  lead: ' ',
  ending: '\n\n<｜end▁of▁sentence｜>',
  stop: ['<｜end▁of▁sentence｜>', '<｜begin▁of▁sentence｜>', 'User:', 'Assistant:'],
  source: "README.md of deepseek-ai/DeepSeek-Math ('User: {messages[0]['content']}\\n\\nAssistant:')",
};

/** The same as the published code sends it: a literal beginning of the text, to which servers add a second, and a last space. */
export const deepseekMathPublishedPrefix: QuestionPrefix = {
  ...deepseekMathPrefix,
  name: 'deepseek-math-published',
  prefix: '<｜begin▁of▁sentence｜>User: ',
  lead: '',
  source: 'yyDing1/ScaleQuest, data_generation/gen.py at 74c12c2',
};

/** DeepSeek-Coder's markers of a turn without its system text: the prefix is the one that QFT is done with. */
export const deepseekCoderPrefix: QuestionPrefix = {
  name: 'deepseek-coder',
  prefix: '### Instruction:\n',
  ending: '\n<|EOT|>',
  stop: ['<|EOT|>', '### Instruction:', '### Response:', '<｜end▁of▁sentence｜>'],
  source: 'chat_template in tokenizer_config.json of deepseek-ai/deepseek-coder-6.7b-instruct',
};

/**
 * Checks a prefix, such as a user's own.
 *
 * @throws SynthError `INVALID_OPTION` where generation would not stop at what ends a question in training
 */
export function checkPrefix(prefix: QuestionPrefix): QuestionPrefix {
  const { name, ending, stop } = prefix;
  const isStopped = stop.some((text) => text !== '' && ending.includes(text));
  if (isStopped && stop.length <= 4 && prefix.prefix !== '') return prefix;
  throw new SynthError({
    code: 'INVALID_OPTION',
    kind: 'request',
    what: `Question prefix '${name}' cannot be used.`,
    why:
      prefix.prefix === ''
        ? 'It is empty.'
        : stop.length > 4
          ? `It has ${stop.length} stops, and services take four.`
          : `None of its stops is in its ending '${ending.trim()}', so that a question would not end where it does in training.`,
    next: 'Give the chat template up to the words of the user, what follows on them, and stops of which one is in that.',
    fields: { name },
  });
}

/** What QFT trains on: it begins as generation begins, and ends with what generation stops at. */
export function formatSeedText({ prefix, lead = '', ending }: QuestionPrefix, question: string): string {
  return `${prefix}${lead}${question.trim()}${ending}`;
}
