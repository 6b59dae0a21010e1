import { createRandom } from '@scalequest/core';
import { getSandboxStatus } from '@scalequest/sandbox';
import { type ModelServerOptions, makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { readOutcome } from '../__fixtures__/read-outcome.ts';
import { drawSentences, startScriptedModels } from '../__fixtures__/scripted-models.ts';
import type { Fields } from '../engine/row.ts';
import { runRecipe } from '../engine/run-recipe.ts';
import { deepseekCoderPrefix, qwen2Prefix } from '../prompts/question-prefixes.ts';
import { scalequestCode } from './scalequest-code.ts';

const kinds = ['sound', 'failing', 'prose', 'untested', 'unclear'] as const;
type Kind = (typeof kinds)[number];

const asked = new Map<Kind, number>();
const getKind = (text: string): Kind => kinds.find((kind) => text.includes(`[${kind}]`)) ?? 'sound';
const getAdded = (text: string): number => Number(/adds (\d+) to/.exec(text)?.[1]);
const block = (code: string): string => `\`\`\`python\n${code}\n\`\`\``;

const ask = (ending: string): ModelServerOptions => ({
  reply: ({ seed = 0 }) => {
    const random = createRandom(`code/${seed}`);
    const kind = random.pick(kinds);
    asked.set(kind, (asked.get(kind) ?? 0) + 1);
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

const others: Readonly<Record<string, ModelServerOptions>> = {
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

const prefixes = { qwen: qwen2Prefix, deepseek: deepseekCoderPrefix };
const { chosen: backend } = await getSandboxStatus();

if (backend === undefined)
  process.stderr.write('The fixed form of scalequest-code is not tested: nothing here can hold a program.\n');

describe.skipIf(backend === undefined)('the fixed form (needs a sandbox)', () => {
  test('keeps the best of the programs that pass tests which a model wrote before', async () => {
    using folder = makeTemporaryFolder();
    asked.clear();
    await using scripted = await startScriptedModels({ prefixes, others });
    const recipe = scalequestCode({ accept: 'all', rows: 12, shardRows: 12 });
    await runRecipe({ recipe, folder: folder.path, models: scripted.models });
    const { rows, drops } = await readOutcome(folder.path);
    expect(drops).toEqual({
      'solvability: unsolvable': asked.get('unclear'),
      'tests: no-tests': asked.get('untested'),
      'run: no-program': asked.get('prose'),
      'run: failed-tests': asked.get('failing'),
    });
    expect(rows.length).toBe(asked.get('sound'));
    for (const { fields } of rows) {
      const runs = fields.runs as readonly Fields[];
      expect(runs.map(({ outcome }) => outcome === 'passed')).toEqual([true, false, true, false, false]);
      expect(fields.selected).toEqual({ by: 'reward', position: 2 });
      expect(fields).toMatchObject({ entryPoint: 'add', signature: 'def add(x):', answer: null });
    }
  });
});

test('the faithful form runs no program: the highest reward has it', async () => {
  using folder = makeTemporaryFolder();
  asked.clear();
  await using scripted = await startScriptedModels({ prefixes, others });
  const recipe = scalequestCode({ form: 'faithful', accept: 'all', rows: 12, shardRows: 12 });
  await runRecipe({ recipe, folder: folder.path, models: scripted.models });
  const { rows, drops } = await readOutcome(folder.path);
  // The judge's first word is enough for it.
  expect(drops).toEqual({});
  expect(rows.length).toBe(24);
  for (const { fields } of rows) {
    const hasProgram = !String(fields.question).startsWith('[prose]');
    expect(String(fields.response).includes('return x -'), String(fields.question)).toBe(hasProgram);
  }
  expect(scripted.servers.tester?.getStatistics().requests).toBe(0);
});
