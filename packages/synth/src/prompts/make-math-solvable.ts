import { definePrompt, type PromptTemplate } from './prompt.ts';

/** QPO, direction solvability. `readMarkedSection` reads the result. */
export const makeMathSolvable: PromptTemplate = definePrompt({
  name: 'make-math-solvable',
  version: 1,
  user: `You edit exercises in mathematics. The draft between the marks may be sound, or it may have faults.

<draft>
{{question}}
</draft>

First try to solve it, and note every fault on the way: something needed that is not told, statements that exclude each other, amounts that cannot exist, several things asked at once, an answer that is given away, words that could mean two things, an answer that is no number or expression.
Then write the exercise again so that none of the faults is left:
- Change as little as the faults demand. Where the draft makes no sense at all, write a sound exercise on the same subject.
- Everything that is needed stands in the text. One thing is asked, and it has one answer.
- Do not put the solution, a hint or the answer in it.

Write the finished exercise, and nothing but it, between <final_question> and </final_question>. Use these two marks once.`,
});
