import { describeCloseNames } from '@scalequest/core';
import { EvaluationError } from '../errors.ts';
import type { ChatTemplate } from './chat-template.ts';
import type { Source } from './source.ts';
import {
  alpaca,
  alpacaSource,
  scalequestLlama3,
  scalequestLlama3Source,
  scalequestMistral,
  scalequestMistralSource,
} from './templates/alpaca.ts';
import {
  chatml,
  qwen25MathCot,
  qwenBoxed,
  qwenSource,
  scalequestQwen2math,
  scalequestQwen2mathSource,
} from './templates/chatml.ts';
import { llama3Math, llama3MathSource } from './templates/llama3-math.ts';
import {
  deepseekmath,
  deepseekmathSource,
  scalequestDsmath,
  scalequestDsmathSource,
} from './templates/user-assistant.ts';

export interface ShippedTemplate extends Source {
  readonly template: ChatTemplate;
}

/** Every template that ships, by name. None is ever guessed from a model's name. */
export const templates: ReadonlyMap<string, ShippedTemplate> = new Map(
  [
    { template: alpaca, ...alpacaSource },
    { template: chatml, ...qwenSource },
    { template: deepseekmath, ...deepseekmathSource },
    { template: llama3Math, ...llama3MathSource },
    { template: qwenBoxed, ...qwenSource },
    { template: qwen25MathCot, ...qwenSource },
    { template: scalequestQwen2math, ...scalequestQwen2mathSource },
    { template: scalequestDsmath, ...scalequestDsmathSource },
    { template: scalequestMistral, ...scalequestMistralSource },
    { template: scalequestLlama3, ...scalequestLlama3Source },
  ].map((shipped) => [shipped.template.name, shipped]),
);

/** @throws EvaluationError `UNKNOWN_TEMPLATE` */
export function findTemplate(name: string): ChatTemplate {
  const shipped = templates.get(name);
  if (shipped !== undefined) return shipped.template;
  throw new EvaluationError({
    code: 'UNKNOWN_TEMPLATE',
    kind: 'request',
    what: `Template '${name}' is not known.`,
    why: describeCloseNames(name, templates.keys()),
    next: `Known templates: ${[...templates.keys()].join(', ')}. A file of your own ends in .json.`,
    fields: { name },
  });
}
