import { definePrompt, type PromptTemplate } from './prompt.ts';

/** Whether a question of mathematics can be solved. `readVerdict` reads the last line. */
export const judgeMath: PromptTemplate = definePrompt({
  name: 'judge-math',
  version: 1,
  user: `A program wrote the text between the marks. Find out whether it is usable as an exercise in mathematics.

<text>
{{question}}
</text>

Go through these steps and write down what you find:
1. Say in one sentence what is asked. A text that asks nothing, or nothing of mathematics, is not usable.
2. List what is given, then try to reach the answer from that alone.
3. Name whatever stands in the way: a value that is needed and not told, statements that exclude each other, an amount that cannot exist, a figure that is not shown, a sentence that breaks off.

It is usable when you could work out an answer, and nobody working with care could reach another one.
End with a line of its own that has your verdict and nothing else, either "Verdict: Yes" (usable) or "Verdict: No" (not usable).`,
});
