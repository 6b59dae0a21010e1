import {
  deepseekMathPrefix,
  deepseekMathPublishedPrefix,
  qwen2Prefix,
  respond,
  scalequestMath,
} from '@scalequest/synth';
import { scalequestArms } from '../../config/loop-config.ts';
import type { PaperRecipe } from '../scalequest/paper.ts';

/** The paper's main recipe (arXiv 2410.18693v2): its models, its counts, its four students and how they are trained and asked. */
export const paperMath: PaperRecipe = {
  name: 'scalequest-math',
  description: 'ScaleQuest: two generators of questions, a million answered questions, four students.',
  subject: 'math',
  generators: {
    qwen: { repository: 'Qwen/Qwen2-Math-7B-Instruct', parameters: 7.6, prefix: qwen2Prefix, beginning: '' },
    deepseek: {
      ...{ repository: 'deepseek-ai/deepseek-math-7b-rl', parameters: 6.9 },
      ...{ prefix: deepseekMathPrefix, published: deepseekMathPublishedPrefix, beginning: '<｜begin▁of▁sentence｜>' },
    },
  },
  roles: {
    rewriter: { repository: 'gpt-4o-mini', parameters: 0, task: 'replies' },
    judge: { repository: 'Qwen/Qwen2-Math-7B-Instruct', parameters: 7.6, task: 'replies' },
    responder: { repository: 'Qwen/Qwen2-Math-7B-Instruct', parameters: 7.6, task: 'replies' },
    reward: { repository: 'internlm/internlm2-7b-reward', parameters: 7.3, task: 'scores' },
    difficulty: { repository: 'deepseek-ai/deepseek-math-7b-base', parameters: 6.9, task: 'scores' },
  },
  students: {
    'mistral-7b': {
      ...{ repository: 'mistralai/Mistral-7B-v0.1', parameters: 7.2, title: 'Mistral-7B-ScaleQuest' },
      ...{ learningRate: 1e-5, template: 'scalequest-mistral', beginning: '<s>' },
    },
    'llama3-8b': {
      ...{ repository: 'meta-llama/Meta-Llama-3-8B', parameters: 8, title: 'Llama3-8B-ScaleQuest' },
      ...{ learningRate: 5e-5, template: 'scalequest-llama3', beginning: '<|begin_of_text|>' },
    },
    'deepseekmath-7b': {
      ...{ repository: 'deepseek-ai/deepseek-math-7b-base', parameters: 6.9, title: 'DeepSeekMath-7B-ScaleQuest' },
      ...{ learningRate: 5e-5, template: 'scalequest-dsmath', beginning: '<｜begin▁of▁sentence｜>' },
    },
    'qwen2-math-7b': {
      ...{ repository: 'Qwen/Qwen2-Math-7B', parameters: 7.6, title: 'Qwen2-Math-7B-ScaleQuest' },
      ...{ learningRate: 1e-5, template: 'scalequest-qwen2math', beginning: '' },
    },
  },
  counts: (form) => ({
    ...{ seeds: 14_971, generations: 10_000 },
    rows: form === 'faithful' ? { qwen: 1_000_000, deepseek: 1_000_000 } : { qwen: 600_000, deepseek: 400_000 },
  }),
  benchmarks: ['math', 'gsm8k', 'college-math', 'olympiadbench'],
  protocol: 'dart@1',
  hasSeeds: true,
  makeQuestions: ({ form, rows, sandbox: _none, ...options }) =>
    scalequestMath({ ...options, form, ...(form === 'faithful' ? { rows } : { accept: rows }) }),
  answerOnce: (prompts) => respond({ prompt: prompts['solve-math'], samples: 1 }),
  // Which answers agree is known where the verifier has read them.
  arms: (form) => scalequestArms.filter((arm) => form === 'fixed' || arm !== 'agreement-only'),
};
