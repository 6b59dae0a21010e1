import type { ChatTemplate } from '../chat-template.ts';
import type { Source } from '../source.ts';

/** DeepSeekMath's own, with the sentence that its instruction models were trained with. */
export const deepseekmath: ChatTemplate = {
  name: 'deepseekmath',
  bos: 'server',
  user: { start: 'User: ', end: '\n\n' },
  assistant: { start: 'Assistant: ', end: '<｜end▁of▁sentence｜>' },
  sentence: { after: '\nPlease reason step by step, and put your final answer within \\boxed{}.' },
  stop: ['User:', 'Assistant:'],
};

export const deepseekmathSource: Source = {
  source: 'hkust-nlp/dart-math, dart_math/utils.py and pipeline/gen.py at 219b324 (markers, sentence, stops)',
  licence: 'MIT, Yuxuan Tong and others',
};

/** DSMath-7B-ScaleQuest. */
export const scalequestDsmath: ChatTemplate = { ...deepseekmath, name: 'scalequest-dsmath' };

export const scalequestDsmathSource: Source = {
  ...deepseekmathSource,
  inferred: "ScaleQuest's repository writes User/Assistant with the boxed sentence wherever it names this student.",
};
