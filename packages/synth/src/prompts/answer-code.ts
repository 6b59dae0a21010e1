import { definePrompt, type PromptTemplate } from './prompt.ts';

/** A program for a task of which nobody said what the function is to be called. */
export const answerCode: PromptTemplate = definePrompt({
  name: 'answer-code',
  version: 1,
  user: `{{question}}

Explain in short how you go about it, then give the whole program in one block of code.`,
});
