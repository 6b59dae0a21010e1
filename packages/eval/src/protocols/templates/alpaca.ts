import type { ChatTemplate } from '../chat-template.ts';
import type { Source } from '../source.ts';

/** What DART-Math uses for every model that it does not know by name. */
export const alpaca: ChatTemplate = {
  name: 'alpaca',
  bos: 'server',
  begin:
    'Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n',
  user: { start: '### Instruction:\n', end: '\n\n' },
  assistant: { start: '### Response:\n', end: '\n\n' },
  stop: ['### Instruction:', '### Response:'],
};

export const alpacaSource: Source = {
  source: 'hkust-nlp/dart-math, dart_math/utils.py and pipeline/gen.py at 219b324 (markers, stops)',
  licence: 'MIT, Yuxuan Tong and others',
};

const unpublished =
  'The paper scores with DART-Math, whose template for an unknown model is alpaca; which one this student saw is not published.';

/** Mistral-7B-ScaleQuest. */
export const scalequestMistral: ChatTemplate = { ...alpaca, name: 'scalequest-mistral' };

export const scalequestMistralSource: Source = { ...alpacaSource, inferred: unpublished };

/** Llama3-8B-ScaleQuest. */
export const scalequestLlama3: ChatTemplate = { ...alpaca, name: 'scalequest-llama3' };

export const scalequestLlama3Source: Source = { ...alpacaSource, inferred: unpublished };
