import { createRandom } from '@scalequest/core';
import type { ModelServerOptions } from '@scalequest/test-kit';
import { drawSentences } from './scripted-models.ts';

const kinds = ['sound', 'failing', 'prose', 'untested', 'unclear'] as const;
export type Kind = (typeof kinds)[number];

/** How many tasks of each kind the generators have asked. */
export const askedKinds: Map<Kind, number> = new Map();
const getKind = (text: string): Kind => kinds.find((kind) => text.includes(`[${kind}]`)) ?? 'sound';
const getAdded = (text: string): number => Number(/adds (\d+) to/.exec(text)?.[1]);
const block = (code: string): string => `\`\`\`python\n${code}\n\`\`\``;

const ask = (ending: string): ModelServerOptions => ({
  reply: ({ seed = 0 }) => {
    const random = createRandom(`code/${seed}`);
    const kind = random.pick(kinds);
    askedKinds.set(kind, (askedKinds.get(kind) ?? 0) + 1);
    return `[${kind}] Write a function that adds ${random.integer({ min: 2, max: 10 ** 6 })} to a number. ${drawSentences(random)}${ending}`;
  },
});

/** Right, wrong, right, an exit before the tests, and a recursion without end. */
const listPrograms = (added: number): readonly string[] => [
  `def add(x):\n    return x + ${added}`,
  `def add(x):\n    return x - ${added}`,
  `def add(x):\n    """Adds."""\n    return ${added} + x`,
  'import sys\nsys.exit(0)',
  'def add(x):\n    return add(x)',
];

/** What each model of `scalequest-code` says. */
export const programScripts: Readonly<Record<string, ModelServerOptions>> = {
  qwen: ask('<|im_end|>'),
  deepseek: ask('\n<|EOT|>'),
  judge: {
    reply: ({ text }) =>
      getKind(text) === 'unclear' ? 'Yes, a program. What goes in is open.\nVerdict: No' : 'Verdict: Yes',
  },
  tester: {
    reply: ({ text }) => {
      if (getKind(text) === 'untested') return 'Try a few numbers.';
      const added = getAdded(text);
      const tests = [0, 1, -added].map((x) => `assert add(${x}) == ${x + added}`).join('\n');
      return `<signature>def add(x):</signature>\n${block(tests)}`;
    },
  },
  responder: {
    reply: ({ text, choice }) => {
      if (getKind(text) === 'prose') return 'Add the two numbers.';
      const programs = listPrograms(getAdded(text));
      return `Draft ${choice}.\n${block(programs[getKind(text) === 'failing' ? 1 + 2 * (choice % 2) : choice] ?? '')}`;
    },
  },
  // It likes a wrong program best, then the second of the right ones.
  reward: {
    shape: 'vllm',
    reward: ({ text }) =>
      text.includes('return x -') ? 9 : text.includes('Adds.') ? 5 : text.includes('answer is 42') ? 2 : 1,
  },
};
