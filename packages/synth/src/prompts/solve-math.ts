import { definePrompt, type PromptTemplate } from './prompt.ts';

/** A solution whose answer is in a box. */
export const solveMath: PromptTemplate = definePrompt({
  name: 'solve-math',
  version: 1,
  user: `{{question}}

Work it out one step after the other, and write the final answer in \\boxed{}.`,
});
