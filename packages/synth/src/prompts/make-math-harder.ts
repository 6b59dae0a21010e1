import { definePrompt, type PromptTemplate } from './prompt.ts';

/** QPO, direction difficulty. `readMarkedSection` reads the result. */
export const makeMathHarder: PromptTemplate = definePrompt({
  name: 'make-math-harder',
  version: 1,
  user: `You edit exercises in mathematics. Make the exercise between the marks harder, in such a way that it can still be solved.

<draft>
{{question}}
</draft>

First mend what is wrong with it, if anything is. Then note two or three ways to make it harder, such as one more condition that matters, one more step between what is given and what is asked, a general case in place of a particular one, or a second idea that has to be joined with the first. Choose the one that suits it best.
Write the exercise again with this change, which should take few words. Solve the result in short, to be sure that it has one answer, and correct it where it has not.
Do not put the solution, a hint or the answer in it.

Write the finished exercise, and nothing but it, between <final_question> and </final_question>. Use these two marks once.`,
});
