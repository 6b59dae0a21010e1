import { definePrompt, type PromptTemplate } from './prompt.ts';

/** QPO for code, direction difficulty. `readMarkedSection` reads the result. */
export const makeCodeHarder: PromptTemplate = definePrompt({
  name: 'make-code-harder',
  version: 1,
  user: `You edit programming exercises. Make the exercise between the marks harder, in such a way that it can still be done and tested.

<draft>
{{question}}
</draft>

First mend what is wrong with it, if anything is. Then note two or three ways to make it harder, such as a condition that rules out the obvious way, a bound on time or memory, input of a richer form, or cases at the edges that need thought. Choose the one that suits it best.
Write the exercise again with this change, which should take few words. One function in Python must still be able to do it with the standard library alone, and what goes in and what comes out must be said.
Do not put the solution in it.

Write the finished exercise, and nothing but it, between <final_question> and </final_question>. Use these two marks once.`,
});
