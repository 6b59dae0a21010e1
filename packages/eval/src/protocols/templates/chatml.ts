import type { ChatTemplate } from '../chat-template.ts';
import type { Source } from '../source.ts';

const markers = {
  bos: 'server',
  user: { start: '<|im_start|>user\n', end: '<|im_end|>\n' },
  assistant: { start: '<|im_start|>assistant\n', end: '<|im_end|>\n' },
} as const satisfies Partial<ChatTemplate>;

const system = { start: '<|im_start|>system\n', end: '<|im_end|>\n' };

/** The markers alone. */
export const chatml: ChatTemplate = { name: 'chatml', ...markers, system, stop: [] };

const boxedSentence = 'Please reason step by step, and put your final answer within \\boxed{}.';

/** Qwen2-Math's: the sentence stands behind the question. */
export const qwenBoxed: ChatTemplate = {
  name: 'qwen-boxed',
  ...markers,
  system: { ...system, text: 'You are a helpful assistant.' },
  sentence: { after: `\n${boxedSentence}` },
  stop: [],
};

/** Qwen2.5-Math's: the sentence is the system turn. */
export const qwen25MathCot: ChatTemplate = {
  name: 'qwen25-math-cot',
  ...markers,
  system: { ...system, text: boxedSentence },
  stop: [],
};

export const qwenSource: Source = {
  source: 'QwenLM/Qwen2.5-Math, evaluation/utils.py at a45202b (markers, sentence)',
  licence: 'MIT, Zhibin Gou (evaluation/LICENSE)',
};

/** Qwen2-Math-7B-ScaleQuest: DART-Math takes the markers of the next turn for stops; the rest are the model's ends of text. */
export const scalequestQwen2math: ChatTemplate = {
  ...qwenBoxed,
  name: 'scalequest-qwen2math',
  stop: ['<|im_start|>user', '<|im_start|>assistant', '<|im_end|>', '<|endoftext|>'],
};

export const scalequestQwen2mathSource: Source = {
  ...qwenSource,
  inferred:
    "ScaleQuest's README builds the prompt from such parts with its special tokens lost; read as its generation script's ChatML.",
};
