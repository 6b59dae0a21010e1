import type { ChatTemplate } from '../chat-template.ts';
import type { Source } from '../source.ts';

const header = (role: string): string => `<|start_header_id|>${role}<|end_header_id|>`;

/** What DART-Math uses for Llama 3's instruction models. It begins the text itself: most servers add a second beginning. */
export const llama3Math: ChatTemplate = {
  name: 'llama3-math',
  bos: 'text',
  begin: '<|begin_of_text|>',
  system: {
    start: `${header('system')}\n\n`,
    end: '<|eot_id|>',
    text: 'You are a helpful agent on solving math problems.',
  },
  user: { start: `${header('user')}\n\n`, end: '<|eot_id|>' },
  assistant: { start: `${header('assistant')}\n\n`, end: '<|eot_id|>\n' },
  stop: [header('user'), header('assistant')],
};

export const llama3MathSource: Source = {
  source: 'hkust-nlp/dart-math, dart_math/utils.py and pipeline/gen.py at 219b324 (markers, system turn, stops)',
  licence: 'MIT, Yuxuan Tong and others',
};
