import type { ChatTemplate } from '@scalequest/eval';
import { qwen2Prefix, respond, scalequestLongcot } from '@scalequest/synth';
import { scalequestArms } from '../../config/loop-config.ts';
import type { PaperRecipe } from '../scalequest/paper.ts';

/** The markers of DeepSeek-R1's distilled models, which know no system turn. */
const deepseekR1: ChatTemplate = {
  name: 'deepseek-r1',
  bos: 'server',
  user: { start: '<｜User｜>', end: '' },
  assistant: { start: '<｜Assistant｜>', end: '<｜end▁of▁sentence｜>' },
  sentence: { after: '\nPlease reason step by step, and put your final answer within \\boxed{}.' },
  stop: [],
};

/** Longest answer: the thinking is in it. */
const answerTokens = 16_384;

/**
 * The paper's variant with long chains of thought: questions of Qwen2.5-Math-7B, answers of DeepSeek-R1-Distill-Qwen-7B, and that same
 * model as the student. Learning rate and template of the student are not published: those of the paper's Qwen students, and the
 * markers of the model.
 */
export const paperLongcot: PaperRecipe = {
  name: 'scalequest-longcot',
  description:
    'ScaleQuest with long chains of thought: one generator of questions, and a teacher that learns from its own answers.',
  subject: 'math',
  generators: {
    qwen: { repository: 'Qwen/Qwen2.5-Math-7B-Instruct', parameters: 7.6, prefix: qwen2Prefix, beginning: '' },
  },
  roles: {
    rewriter: { repository: 'gpt-4o-mini', parameters: 0, task: 'replies' },
    judge: { repository: 'Qwen/Qwen2.5-Math-7B-Instruct', parameters: 7.6, task: 'replies' },
    responder: { repository: 'deepseek-ai/DeepSeek-R1-Distill-Qwen-7B', parameters: 7.6, task: 'replies' },
    reward: { repository: 'internlm/internlm2-7b-reward', parameters: 7.3, task: 'scores' },
  },
  students: {
    'r1-distill-qwen-7b': {
      ...{ repository: 'deepseek-ai/DeepSeek-R1-Distill-Qwen-7B', parameters: 7.6 },
      ...{ title: 'DeepSeek-R1-Distill-Qwen-7B-ScaleQuest', learningRate: 1e-5 },
      ...{ template: deepseekR1, beginning: '<｜begin▁of▁sentence｜>' },
      settings: { maxTokens: answerTokens + 2048 },
    },
  },
  counts: () => ({ seeds: 14_971, generations: 10_000, rows: { qwen: 150_000 } }),
  benchmarks: ['gsm8k', 'math-500', 'aime24', 'amc23'],
  protocol: 'dart@1',
  evaluationTokens: answerTokens,
  hasSeeds: true,
  makeQuestions: ({ rows, sandbox: _none, ...options }) => scalequestLongcot({ ...options, accept: rows }),
  answerOnce: (prompts) =>
    respond({ prompt: prompts['solve-math'], samples: 1, sampling: { maxTokens: answerTokens } }),
  arms: (form) => scalequestArms.filter((arm) => form === 'fixed' || arm !== 'agreement-only'),
};
