import type { Benchmark } from '../benchmark.ts';
import { defineMbppPlus } from '../code/define-mbpp-plus.ts';

/** 399 tasks of MBPP with more inputs, and the reference program's outputs for the answers. */
export const mbppPlus: Benchmark = defineMbppPlus({
  name: 'mbpp-plus',
  version: 'v0.1.0',
  count: 399,
  rowsSha256: '90c5e93af491d8828d7c35a9791ba0d45008eb9c1dcdc1530617b568089643fe',
  origins: [
    {
      kind: 'commit',
      source:
        'QwenLM/Qwen2.5-Coder:qwencoder-eval/instruct/eval_plus/data/MbppPlus-v0.1.0.jsonl@d5ead97fea36bca3744e1a4c49e882f6fa2f406a',
      checked: true,
    },
  ],
});
