import { definePrompt, type PromptTemplate } from './prompt.ts';

/** A signature, and asserts that call it. `readTests` reads them. */
export const writeTestsPrompt: PromptTemplate = definePrompt({
  name: 'write-tests',
  version: 1,
  user: `Somebody will do this programming exercise in Python, and you test the result.

<exercise>
{{question}}
</exercise>

Choose the function that is to be written: its name, its arguments, what it returns. Then write at least five tests, each one a line that begins with assert and calls the function, with results that you have worked out by hand. Take ordinary cases and cases at the edges, and only what the exercise settles. No test may depend on time, chance, files or the network.

Write the first line of the function, such as def add(a, b):, between <signature> and </signature>. Then write the tests, without the function itself, in one block of Python code.`,
});
