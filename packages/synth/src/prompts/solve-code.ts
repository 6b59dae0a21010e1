import { definePrompt, type PromptTemplate } from './prompt.ts';

/** One function in one block of code. `readProgram` reads it. */
export const solveCode: PromptTemplate = definePrompt({
  name: 'solve-code',
  version: 1,
  places: ['question', 'signature'],
  user: `{{question}}

Write it in Python as a function that begins with this line:

\`\`\`python
{{signature}}
\`\`\`

Think about the cases at the edges first. Then give the whole program in one block of Python code: the function and all that it needs, the standard library only, and no call of the function.`,
});
