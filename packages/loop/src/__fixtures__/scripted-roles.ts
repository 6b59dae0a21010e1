import { createRandom } from '@scalequest/core';
import { readWordProblem, rewriteQuestion } from '@scalequest/datasets/embedded';
import { type ModelServer, type ModelServerOptions, startModelServer } from '@scalequest/test-kit';
import type { GivenModel } from '../config/loop-config.ts';

/** Servers of the roles that a loop is given, which know the oracle of the word problems that its tiny generators ask. */
export interface ScriptedRoles extends AsyncDisposable {
  readonly servers: Readonly<Record<string, ModelServer>>;
  /** As the configuration of a loop has them. */
  readonly models: Readonly<Record<string, GivenModel>>;
}

/** The word problem in whatever a model is told. */
function findQuestion(text: string): string {
  const [, , marked] = /<(text|draft|exercise)>\n([\s\S]*?)\n<\/\1>/.exec(text) ?? [];
  return marked ?? /^[\s\S]*?\?/.exec(text)?.[0] ?? text;
}

/** What the oracle says; a number all the same where it knows none. */
function answer(question: string): number {
  const reading = readWordProblem(question);
  return reading.kind === 'solvable' ? reading.answer : 7;
}

const isRight = (choice: number): boolean => choice !== 1;
const block = (code: string): string => `\`\`\`python\n${code}\n\`\`\``;

const scripts: Readonly<Record<string, ModelServerOptions>> = {
  rewriter: {
    reply: ({ text }) => {
      const question = findQuestion(text);
      const found = (['difficulty', 'solvability'] as const)
        .map((direction) => rewriteQuestion({ text: question, direction, seed: 0 }))
        .find(({ kind }) => kind === 'rewritten');
      if (found?.kind !== 'rewritten') return 'I see nothing to change.';
      return `One step more.\n<final_question>${found.question}</final_question>`;
    },
  },
  // One question in eight it finds no fault with is refused all the same.
  judge: {
    reply: ({ text }) =>
      createRandom(`judge/${findQuestion(text)}`).next() < 1 / 8 ? 'It breaks off.\nVerdict: No' : 'Verdict: Yes',
  },
  responder: {
    reply: ({ text, choice }) => {
      const found = answer(findQuestion(text)) + (isRight(choice) ? 0 : 1);
      return text.includes('```python')
        ? block(`def solve(more):\n    return ${found} + more`)
        : `Draft ${choice}: count them all. The answer is \\boxed{${found}}.`;
    },
  },
  tester: {
    reply: ({ text }) => {
      const found = answer(findQuestion(text));
      const tests = [0, 1, 5].map((more) => `assert solve(${more}) == ${found + more}`).join('\n');
      return `<signature>def solve(more):</signature>\n${block(tests)}`;
    },
  },
  reward: {
    shape: 'vllm',
    reward: ({ text }) =>
      text.includes('answer is 42') ? 1 : text.includes('Draft 2') ? 0.5 : text.includes('sea') ? -1 : 0,
  },
};

/** Starts a server for each role. */
export async function startScriptedRoles(roles: readonly string[]): Promise<ScriptedRoles> {
  const servers: Record<string, ModelServer> = {};
  for (const role of roles) servers[role] = await startModelServer({ ...scripts[role], models: [role] });
  return {
    servers,
    models: Object.fromEntries(
      Object.entries(servers).map(([role, { baseUrl }]) => [role, { model: role, endpoints: [baseUrl] }]),
    ),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(Object.values(servers).map((server) => server.close()));
    },
  };
}
