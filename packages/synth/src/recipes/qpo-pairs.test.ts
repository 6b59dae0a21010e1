import { type ModelServerOptions, makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { readOutcome } from '../__fixtures__/read-outcome.ts';
import { startScriptedModels } from '../__fixtures__/scripted-models.ts';
import { runRecipe } from '../engine/run-recipe.ts';
import { deepseekMathPrefix, qwen2Prefix } from '../prompts/question-prefixes.ts';
import { qpoPairs } from './qpo-pairs.ts';

/** By the number of marbles, each way in which a rewriting can end. */
const ends = ['kept', 'unchanged', 'broken-rewrite', 'refused', 'too-long', 'truncated'] as const;
type End = (typeof ends)[number];

const getEnd = (text: string): End => ends[Number(/\[sound (\d+)\+/.exec(text)?.[1] ?? 0) % ends.length] ?? 'kept';
const getQuestion = (text: string): string => /\[sound [^\n]*/.exec(text)?.[0] ?? '';
const mark = (inner: string): string => `I looked at it.\n<final_question>\n${inner}\n</final_question>`;

const rewrite: Readonly<Record<End, (question: string, made: string) => string>> = {
  kept: (question, made) => mark(`**Question:** ${question} Made ${made}.\n\nAnswer: 5`),
  unchanged: (question) => mark(`${question.toUpperCase()} `),
  'broken-rewrite': (question) => `${mark(question)} And once more: <final_question>`,
  refused: () => "I'm sorry, but I can't help with that.",
  'too-long': () => mark('word '.repeat(500)),
  truncated: () => mark('A good one.'),
};

const rewriter: ModelServerOptions = {
  reply: ({ text }) => {
    const made = text.includes('Make the exercise between the marks harder') ? 'harder' : 'mended';
    const end = getEnd(text);
    return { text: rewrite[end](getQuestion(text), made), finishReason: end === 'truncated' ? 'length' : 'stop' };
  },
};

test('pairs are what the rewriter makes of a question in the direction drawn for it; the rest is dropped with its reason', async () => {
  const outcomes = [];
  for (let run = 0; run < 2; run++) {
    using folder = makeTemporaryFolder();
    const prefixes = { qwen: qwen2Prefix, deepseek: deepseekMathPrefix };
    await using scripted = await startScriptedModels({ prefixes, cases: ['sound'], others: { rewriter } });
    const recipe = qpoPairs({ rows: 90, shardRows: 45 });
    await runRecipe({ recipe, folder: folder.path, seed: 2, models: scripted.models });
    const questions = [...(scripted.servers.rewriter?.askedTimes().keys() ?? [])].map(getQuestion);
    outcomes.push({ ...(await readOutcome(folder.path)), questions });
  }
  const { rows = [], drops = {}, questions = [] } = outcomes[0] ?? {};
  expect(questions.length).toBe(180);
  const count = (end: End): number => questions.filter((question) => getEnd(question) === end).length;
  expect(drops).toEqual(Object.fromEntries(ends.slice(1).map((end) => [`rewrite: ${end}`, count(end)])));
  expect(rows.length).toBe(count('kept'));
  for (const { fields } of rows) {
    const made = fields.direction === 'difficulty' ? 'harder' : 'mended';
    expect(fields.chosen).toBe(`${String(fields.question)} Made ${made}.`);
    expect(fields.rejected).toBe(fields.question);
  }
  expect(new Set(rows.map(({ fields }) => fields.direction))).toEqual(new Set(['solvability', 'difficulty']));
  expect(outcomes[1]?.rows).toEqual(rows);
});
