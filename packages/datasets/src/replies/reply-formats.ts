import { answers } from './formats/answers.ts';
import { codet } from './formats/codet.ts';
import { evalplus } from './formats/evalplus.ts';
import { humanEval } from './formats/human-eval.ts';
import { mathcoder } from './formats/mathcoder.ts';
import { nemo } from './formats/nemo.ts';
import { openaiGsm8k } from './formats/openai-gsm8k.ts';
import { qwenCot } from './formats/qwen-cot.ts';
import { reflexion } from './formats/reflexion.ts';
import { rho } from './formats/rho.ts';
import { scalequest } from './formats/scalequest.ts';
import { tora } from './formats/tora.ts';
import type { ReplyFormat } from './reply-format.ts';

/** Every format that can be read, ours first. No record is recognised by two of them. */
export const formats: readonly ReplyFormat[] = [
  scalequest,
  rho,
  tora,
  mathcoder,
  openaiGsm8k,
  qwenCot,
  nemo,
  reflexion,
  codet,
  humanEval,
  evalplus,
  answers,
];

/** The names that `--format` takes. */
export const replyFormats: readonly string[] = formats.map(({ name }) => name);
