import { deepseekCoderPrefix, qwen2Prefix, respond, scalequestCode } from '@scalequest/synth';
import { scalequestArms } from '../../config/loop-config.ts';
import type { PaperRecipe } from '../scalequest/paper.ts';

/**
 * ScaleQuest-Code: two generators of programming tasks, programs that pass written tests in the sandbox (form `fixed`), one student.
 * The paper does not publish how the student is trained beside its rows: the settings are those of its Qwen students.
 */
export const paperCode: PaperRecipe = {
  name: 'scalequest-code',
  description: 'ScaleQuest-Code: two generators of programming tasks, programs that ran, one student.',
  subject: 'code',
  generators: {
    qwen: { repository: 'Qwen/Qwen2.5-Coder-7B-Instruct', parameters: 7.6, prefix: qwen2Prefix, beginning: '' },
    deepseek: {
      ...{ repository: 'deepseek-ai/deepseek-coder-7b-instruct-v1.5', parameters: 6.9 },
      ...{ prefix: deepseekCoderPrefix, beginning: '<｜begin▁of▁sentence｜>' },
    },
  },
  roles: {
    rewriter: { repository: 'gpt-4o-mini', parameters: 0, task: 'replies' },
    judge: { repository: 'Qwen/Qwen2.5-Coder-7B-Instruct', parameters: 7.6, task: 'replies' },
    tester: { repository: 'Qwen/Qwen2.5-Coder-7B-Instruct', parameters: 7.6, task: 'replies' },
    responder: { repository: 'Qwen/Qwen2.5-Coder-7B-Instruct', parameters: 7.6, task: 'replies' },
    reward: { repository: 'internlm/internlm2-7b-reward', parameters: 7.3, task: 'scores' },
  },
  students: {
    'qwen25-coder-7b': {
      ...{ repository: 'Qwen/Qwen2.5-Coder-7B', parameters: 7.6, title: 'Qwen2.5-Coder-7B-ScaleQuest' },
      ...{ learningRate: 1e-5, template: 'chatml', beginning: '' },
    },
  },
  counts: () => ({ seeds: 20_000, generations: 10_000, rows: { qwen: 78_000, deepseek: 78_000 } }),
  // The paper's MBPP is EvalPlus's.
  benchmarks: ['humaneval', 'mbpp-plus'],
  protocol: 'qwen25-coder-evalplus@1',
  hasSeeds: false,
  makeQuestions: ({ rows, sandbox, ...options }) => scalequestCode({ ...options, sandbox, accept: rows }),
  answerOnce: (prompts) => respond({ prompt: prompts['answer-code'], samples: 1 }),
  // Programs that pass are no class of answers that agree.
  arms: () => scalequestArms.filter((arm) => arm !== 'agreement-only'),
};
