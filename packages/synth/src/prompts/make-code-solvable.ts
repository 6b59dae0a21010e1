import { definePrompt, type PromptTemplate } from './prompt.ts';

/** QPO for code, direction solvability. `readMarkedSection` reads the result. */
export const makeCodeSolvable: PromptTemplate = definePrompt({
  name: 'make-code-solvable',
  version: 1,
  user: `You edit programming exercises. The draft between the marks may be sound, or it may have faults.

<draft>
{{question}}
</draft>

First sketch a solution, and note every fault on the way: inputs or results that are left open, demands that exclude each other, several programs asked for at once, things that are needed and not there.
Then write the exercise again so that none of the faults is left:
- Change as little as the faults demand. Where the draft makes no sense at all, write a sound exercise on the same subject.
- One function in Python can do it with the standard library alone. What goes in and what comes out is said, the cases at the edges too.
- Do not put the solution in it.

Write the finished exercise, and nothing but it, between <final_question> and </final_question>. Use these two marks once.`,
});
