import { answerCode } from './answer-code.ts';
import { judgeCode } from './judge-code.ts';
import { judgeMath } from './judge-math.ts';
import { makeCodeHarder } from './make-code-harder.ts';
import { makeCodeSolvable } from './make-code-solvable.ts';
import { makeMathHarder } from './make-math-harder.ts';
import { makeMathSolvable } from './make-math-solvable.ts';
import type { PromptTemplate } from './prompt.ts';
import { solveCode } from './solve-code.ts';
import { solveMath } from './solve-math.ts';
import { writeTestsPrompt } from './write-tests-prompt.ts';

/** Every prompt that a recipe of the project sends. A user's file replaces them by these names. */
export type PromptName =
  | 'judge-math'
  | 'judge-code'
  | 'solve-math'
  | 'solve-code'
  | 'answer-code'
  | 'make-math-solvable'
  | 'make-math-harder'
  | 'make-code-solvable'
  | 'make-code-harder'
  | 'write-tests';

/** Prompts by their names. */
export type Prompts = Readonly<Record<PromptName, PromptTemplate>>;

/** In the project's own words. */
export const ownPrompts: Prompts = {
  'judge-math': judgeMath,
  'judge-code': judgeCode,
  'solve-math': solveMath,
  'solve-code': solveCode,
  'answer-code': answerCode,
  'make-math-solvable': makeMathSolvable,
  'make-math-harder': makeMathHarder,
  'make-code-solvable': makeCodeSolvable,
  'make-code-harder': makeCodeHarder,
  'write-tests': writeTestsPrompt,
};
