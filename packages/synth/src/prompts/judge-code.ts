import { definePrompt, type PromptTemplate } from './prompt.ts';

/** Whether a programming task can be done and tested. `readVerdict` reads the last line. */
export const judgeCode: PromptTemplate = definePrompt({
  name: 'judge-code',
  version: 1,
  user: `A program wrote the text between the marks. Find out whether it is usable as a programming exercise.

<text>
{{question}}
</text>

Go through these steps and write down what you find:
1. Say in one sentence what the finished program must do. A text that asks for no program is not usable.
2. Say what goes in and what comes out, and sketch a solution.
3. Name whatever stands in the way: inputs or results that are left open, demands that exclude each other, files, services or pictures that are not there, a sentence that breaks off.

It is usable when one function in Python can do it with the standard library alone, and a tester could tell right from wrong results.
End with a line of its own that has your verdict and nothing else, either "Verdict: Yes" (usable) or "Verdict: No" (not usable).`,
});
