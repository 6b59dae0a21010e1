import { seedSpacing } from '@scalequest/core';
import { createOpenAiClient, findReward } from '@scalequest/models';
import { type ModelServerOptions, startModelServer } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { giveRows, runStages } from '../__fixtures__/run-stages.ts';
import { drawQuestion } from '../__fixtures__/scripted-models.ts';
import type { Fields } from '../engine/row.ts';
import { definePrompt } from '../prompts/prompt.ts';
import { deepseekMathPrefix, qwen2Prefix } from '../prompts/question-prefixes.ts';
import { checkAnswers } from './check-answers.ts';
import { generateQuestions } from './generate-questions.ts';
import { respond } from './respond.ts';
import { rewriteQuestions } from './rewrite-questions.ts';
import { scoreDifficulty } from './score-difficulty.ts';
import { scoreRewards } from './score-rewards.ts';
import { selectResponses } from './select-responses.ts';

describe('generating questions', () => {
  test('rows of a group share a request, and each has the sample at its place, whichever shard it is in', async () => {
    const asked: { readonly seed: number; readonly n: unknown; readonly text: string; readonly stop: unknown }[] = [];
    const qwen: ModelServerOptions = {
      reply: ({ seed = 0, choice, body, text }) => {
        if (choice === 0) asked.push({ seed, n: body.n ?? 1, text, stop: body.stop });
        return `${drawQuestion('qwen', seed, ['sound']).text}<|im_end|>`;
      },
    };
    // Groups of 8 in shards of 12: the second group lies in two shards.
    const stages = [generateQuestions({ prefixes: { qwen: qwen2Prefix }, rowsPerRequest: 8 })];
    const { rows } = await runStages({ stages, rows: 21, servers: { qwen }, shardRows: 12 });
    expect(asked.map(({ n }) => n).sort()).toEqual([4, 4, 5, 8]);
    for (const { seed, text, stop } of asked) {
      expect(seed % seedSpacing).toBe(0);
      expect(text).toBe(qwen2Prefix.prefix);
      expect(stop).toEqual(qwen2Prefix.stop);
    }
    const firstOf = [0, 8, 12, 16];
    const questions = rows.map(({ question }) => question);
    for (const [place, question] of questions.entries()) {
      const first = firstOf.findLast((one) => one <= place) ?? 0;
      const owner = asked.find(({ seed }) => drawQuestion('qwen', seed, ['sound']).text === questions[first]);
      expect(question).toBe(drawQuestion('qwen', (owner?.seed ?? 0) + place - first, ['sound']).text);
    }
    expect(new Set(questions).size).toBe(21);
    const again = await runStages({ stages, rows: 21, servers: { qwen }, shardRows: 12 });
    expect(again.rows).toEqual(rows);
  });

  test('a request that is given up takes its whole group, and no other', async () => {
    let asked = 0;
    const qwen: ModelServerOptions = {
      reply: ({ seed = 0 }) => drawQuestion('qwen', seed, ['sound']).text,
      misbehaviours: [{ kind: 'status', status: 400, when: () => ++asked === 1 }],
    };
    const stages = [generateQuestions({ prefixes: { qwen: qwen2Prefix }, rowsPerRequest: 8 })];
    const { rows, drops } = await runStages({ stages, rows: 24, servers: { qwen }, shardRows: 24 });
    expect(drops).toEqual({ 'generate: request-failed': 8 });
    expect(rows.length).toBe(16);
  });

  test('a prefix whose ending generation would not stop at, and a generator without one, are refused', async () => {
    const open = { ...qwen2Prefix, ending: '\n\n' };
    expect(() => generateQuestions({ prefixes: { qwen: open } })).toThrow('None of its stops is in its ending');
    expect(() => generateQuestions({ prefixes: {}, rowsPerRequest: 2000 })).toThrow("Option 'rowsPerRequest' is 2000.");
    const stages = [generateQuestions({ prefixes: { deepseek: deepseekMathPrefix } })];
    await expect(runStages({ stages, rows: 4, servers: { deepseek: {} } })).rejects.toThrow(
      "Generator 'qwen' has no question prefix.",
    );
  });
});

test('responses come from one request, and thinking that a server gives apart is put before them', async () => {
  let requests = 0;
  const responder: ModelServerOptions = {
    reply: ({ choice, body }) => {
      if (choice === 0) requests += 1;
      expect(body).toMatchObject({ n: 3, temperature: 0.7, top_p: 0.95, max_tokens: 64 });
      return choice === 1
        ? { text: 'So 4.', reasoning: '2 and 2' }
        : choice === 2
          ? { text: 'cut', finishReason: 'length' }
          : '4';
    },
  };
  const stages = [
    giveRows([{ question: 'What is 2 + 2?' }, { question: 'And 3 + 1?' }]),
    respond({ samples: 3, sampling: { maxTokens: 64 } }),
  ];
  const { rows } = await runStages({ stages, rows: 2, servers: { responder } });
  expect(requests).toBe(2);
  expect(rows[0]?.responses).toEqual([
    { text: '4', finishReason: 'stop' },
    { text: '<think>\n2 and 2\n</think>\n\nSo 4.', finishReason: 'stop' },
    { text: 'cut', finishReason: 'length' },
  ]);
});

test('adaptive sampling asks again, with other seeds, until enough whole answers mean the same or no more are allowed', async () => {
  const asked: Record<string, number[]> = {};
  const responder: ModelServerOptions = {
    reply: ({ choice, seed = 0, text, body }) => {
      const name = /easy|late|never|cut/.exec(text)?.[0] ?? '';
      if (choice === 0) asked[name] = [...(asked[name] ?? []), seed];
      expect(body.n).toBe(2);
      const request = asked[name]?.length ?? 0;
      if (name === 'easy') return ['The answer is $\\frac{1}{2}$.', 'The answer is 0.5.'][choice] ?? '';
      // The second request agrees with one of the first.
      if (name === 'late') return `The answer is ${request === 1 ? choice : 1}.`;
      if (name === 'cut') return { text: 'The answer is 4.', finishReason: 'length' };
      return `The answer is ${2 * request + choice}.`;
    },
  };
  const names = ['easy', 'late', 'never', 'cut'];
  const stages = [
    giveRows(names.map((name) => ({ question: `An ${name} question?` }))),
    respond({ samples: 2, adaptive: { agree: 2, most: 7 } }),
  ];
  const { rows } = await runStages({ stages, rows: 4, servers: { responder } });
  expect(rows.map(({ responses }) => (responses as unknown[]).length)).toEqual([2, 4, 6, 6]);
  expect(names.map((name) => asked[name]?.length)).toEqual([1, 2, 3, 3]);
  expect(new Set(Object.values(asked).flat()).size).toBe(9);
  expect(() => respond({ samples: 2, adaptive: { agree: 9, most: 8 } })).toThrow('9 answers that agree are asked for');
  expect(() => respond({ samples: 4, adaptive: { agree: 2, most: 3 } })).toThrow("Option 'adaptive.most' is 3.");
});

test('a server that takes no number of samples is asked for each, with a seed of its own', async () => {
  const responder: ModelServerOptions = { reply: ({ seed }) => `\\boxed{${seed}}`, refuses: ['n'] };
  const stages = [
    giveRows([{ question: 'What is 2 + 2?' }, { question: 'And 3 + 1?' }]),
    respond({ samples: 3, samplesPerRequest: 1 }),
  ];
  const { rows } = await runStages({ stages, rows: 2, servers: { responder } });
  const texts = rows.flatMap(({ responses }) => (responses as readonly Fields[]).map((one) => one.text));
  expect(texts.length).toBe(6);
  expect(new Set(texts).size).toBe(6);
  expect((await runStages({ stages, rows: 2, servers: { responder } })).rows).toEqual(rows);
  expect(() => respond({ samples: 3, samplesPerRequest: 4 })).toThrow("Option 'samplesPerRequest' is 4.");
});

test('a server whose samples are all one text ends the run: what they agree on means nothing', async () => {
  const questions = Array.from({ length: 16 }, (_, place) => ({ question: `What is ${place} + 1?` }));
  const long =
    'First the two numbers are written down. Then they are added, one place after the other, from the right. ';
  const run = (reply: ModelServerOptions['reply'], rows: number) =>
    runStages({
      stages: [giveRows(questions), respond({ samples: 4 })],
      ...{ rows, servers: { responder: { ...(reply === undefined ? {} : { reply }) } } },
    });
  await expect(run(() => long, 16)).rejects.toMatchObject({ code: 'SAMPLES_ALIKE', fields: { role: 'responder' } });
  // Too few, one that differs, and short ones.
  expect((await run(() => long, 15)).rows.length).toBe(15);
  const one = await run(({ choice, text }) => `${long}${text.includes('is 7 +') ? choice : ''}`, 16);
  expect(one.rows.length).toBe(16);
  expect((await run(() => '\\boxed{4}', 16)).rows.length).toBe(16);
});

test('a response that the reward model does not take has no reward, and the others have theirs', async () => {
  const reward: ModelServerOptions = {
    shape: 'vllm',
    reward: ({ text }) => (text.includes('answer is 42') ? 999 : text.length),
    misbehaviours: [{ kind: 'status', status: 400, when: ({ body }) => JSON.stringify(body).includes('too long') }],
  };
  const responses = ['a', 'too long', '  ', 'abc'].map((text) => ({ text, finishReason: 'stop' }));
  const rows = [{ question: '?', responses }];
  const { rows: scored } = await runStages({ stages: [giveRows(rows), scoreRewards()], rows: 1, servers: { reward } });
  expect(scored[0]?.rewards).toEqual([3, null, null, 5]);
});

test("a user's prompts for rewriting are read as they ask for it, and one that says nothing of it is refused", async () => {
  const prompt = (user: string) => definePrompt({ name: 'make-math-harder', version: 1, origin: 'given', user });
  const both = (user: string) => ({ solvability: prompt(user), difficulty: prompt(user) });
  const rewriter: ModelServerOptions = {
    reply: ({ text }) =>
      text.includes('FINAL')
        ? 'SOLUTION: 4.\n\nFINAL QUESTION: What is 2 + 2 + 2?'
        : '<final_question>How?</final_question>',
  };
  const run = (user: string) =>
    runStages({
      stages: [giveRows([{ question: 'What is 2 + 2?' }]), rewriteQuestions({ prompts: both(user) })],
      ...{ rows: 1, servers: { rewriter } },
    });
  const labelled = await run('{{question}}\nSay SOLUTION: and then FINAL QUESTION:');
  expect(labelled.rows[0]?.rewritten).toBe('What is 2 + 2 + 2?');
  const marked = await run('{{question}}\nWrite between <final_question> and </final_question>.');
  expect(marked.rows[0]?.rewritten).toBe('How?');
  expect(() => rewriteQuestions({ prompts: both('{{question}}\nMake it harder.') })).toThrow(
    'does not say where in the reply the rewritten question shall stand',
  );
});

const say = (text: string, finishReason = 'stop'): Fields => ({ text, finishReason });

test('checks find the answer, what is cut, and every wrong equation, and call nothing wrong that nobody can decide', async () => {
  const responses = [
    say('First 3 + 4 = 7, then $7 \\cdot 2 = 15$. The answer is \\boxed{15}.'),
    say('\\boxed{1/3} because 1/3 = 0.333 and 10/3 = 3.34.'),
    say('Let x = 4, so x + 1 = 6 and \\boxed{5}'),
    say('It is \\boxed{8', 'length'),
    say('\\boxed{8}', 'length'),
    say('<think>2 + 2 = 4'),
    say('<think>3 + 3 = 7. No, 3 + 3 = 6.</think>\nSo 3 + 3 = 6 and \\boxed{6}'),
    say('I have no idea.', 'content-filter'),
    say(''),
  ];
  const check = { answer: null, isComplete: true, equations: { checked: 0, wrong: 0 } };
  const expected = [
    { answer: '15', isComplete: true, equations: { checked: 2, wrong: 1 } },
    { answer: '1/3', isComplete: true, equations: { checked: 2, wrong: 1 } },
    { ...check, answer: '5' },
    { ...check, isComplete: false },
    { ...check, answer: '8', isComplete: false },
    { ...check, isComplete: false, equations: { checked: 1, wrong: 0 } },
    { answer: '6', isComplete: true, equations: { checked: 1, wrong: 0 } },
    { ...check, isComplete: false },
    check,
  ];
  for (const workers of [1, 2]) {
    const { rows } = await runStages({
      stages: [giveRows([{ responses }, { responses: [] }]), checkAnswers({ workers })],
      rows: 2,
    });
    expect(rows.map(({ checks }) => checks)).toEqual([expected, []]);
  }
});

test('a shard of thousands of responses leaves the event loop its turns', async () => {
  const responses = Array.from({ length: 20 }, (_, place) =>
    say(`${'3 + 4 = 7, and then '.repeat(20)} \\boxed{${place}}`),
  );
  const rows = Array.from({ length: 128 }, () => ({ responses }));
  let longest = 0;
  let last = performance.now();
  let turns = 0;
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    turns += 1;
  }, 1);
  const { rows: read } = await runStages({ stages: [giveRows(rows), checkAnswers()], rows: 128, shardRows: 128 });
  clearInterval(timer);
  expect(read.length).toBe(128);
  // One turn for each 32 responses at least, and the threads' messages beside.
  expect(turns).toBeGreaterThan(40);
  expect(longest).toBeGreaterThan(0);
});

describe('difficulty', () => {
  const complete = (answer: string | null): Fields => ({
    answer,
    isComplete: true,
    equations: { checked: 0, wrong: 0 },
  });

  test('by agreement is the share of responses outside the largest class; what is cut or has no answer agrees with none', async () => {
    const rows = [
      ['1/2', '0.5', '\\frac12', '0.3'],
      ['1', '1', '2', '3'],
      ['1', '2', '3', '4'],
      [null, null, '7', '7'],
      [null, null, null, null],
    ].map((answers) => ({ checks: answers.map(complete) }));
    const cut = {
      checks: [...Array.from({ length: 3 }, () => ({ ...complete('7'), isComplete: false })), complete('7')],
    };
    const { rows: read } = await runStages({
      stages: [giveRows([...rows, cut]), scoreDifficulty({ by: 'agreement' })],
      rows: 6,
    });
    expect(read.map(({ difficulty }) => difficulty)).toEqual([0.25, 0.5, 0.75, 0.5, 1, 0.75]);
  });

  test('by fail rate asks for answers of its own', async () => {
    const sampler: ModelServerOptions = {
      reply: ({ choice, text }) => (text.includes('hard') && choice > 0 ? `\\boxed{${choice}}` : '\\boxed{9}'),
    };
    const stages = [
      giveRows([{ question: 'easy' }, { question: 'hard' }]),
      scoreDifficulty({ by: 'fail-rate', samples: 4 }),
    ];
    const { rows } = await runStages({ stages, rows: 2, servers: { sampler } });
    expect(rows.map(({ difficulty }) => difficulty)).toEqual([0, 0.75]);
  });

  test('by a regressor is held between 0 and 1', async () => {
    const difficulty: ModelServerOptions = {
      shape: 'vllm',
      reward: ({ text }) => Number(/score (-?[\d.]+)/.exec(text)?.[1] ?? (text.includes('answer is 42') ? 1 : 0)),
    };
    const questions = ['score 0.25', 'score 1.5', 'score -2'].map((question) => ({ question }));
    const { rows } = await runStages({
      stages: [giveRows(questions), scoreDifficulty({ by: 'regressor' })],
      rows: 3,
      servers: { difficulty },
    });
    expect(rows.map((row) => row.difficulty)).toEqual([0.25, 1, 0]);
  });
});

test('a regressor that has hard and easy the wrong way round fails at the canaries of its stage', async () => {
  const [{ canary } = { canary: undefined }] = scoreDifficulty({ by: 'regressor' }).rewards ?? [];
  if (canary === undefined) throw new Error('The stage has no canaries.');
  for (const [sign, code] of [
    [1, undefined],
    [-1, 'CANARY_FAILED'],
  ] as const) {
    await using server = await startModelServer({ shape: 'vllm', reward: ({ text }) => sign * text.length });
    const client = createOpenAiClient({ model: 'difficulty', baseUrls: [server.baseUrl] });
    const found = await findReward(client, { canary }).catch((error: unknown) => error);
    expect((found as { readonly code?: string }).code).toBe(code);
    await client.close();
  }
});

describe('selecting', () => {
  const row = (answers: readonly (string | null)[], rewards: readonly (number | null)[]): Fields => ({
    responses: answers.map((_, place) => say(`Response ${place}`)),
    checks: answers.map((answer) => ({ answer, isComplete: true, equations: { checked: 0, wrong: 0 } })),
    rewards,
  });

  test.each([
    ['reward', [row(['1', '2', '3'], [1, 5, 5])], [1], undefined],
    ['reward', [row(['1', '2', '3'], [null, -5, -7])], [1], undefined],
    ['majority', [row(['1', '2', '2'], [9, 0, 0])], [1], 2 / 3],
    // Of two classes of one size the one that came first.
    ['majority', [row(['1', '2', '2', '1'], [0, 9, 9, 0])], [0], 0.5],
    ['both', [row(['1', '2', '4/2', '3'], [9, 1, 2, 8])], [2], 0.5],
  ] as const)('by %s takes the right one (%#)', async (by, given, positions, share) => {
    const { rows } = await runStages({ stages: [giveRows(given), selectResponses({ by })], rows: 1 });
    expect(rows.map(({ selected }) => selected)).toEqual(
      positions.map((position) => ({ by, position, ...(share === undefined ? {} : { share }) })),
    );
    expect(rows[0]?.response).toBe(`Response ${positions[0]}`);
  });

  test('drops a row that too few responses agree on, or that has none to choose, each for its reason', async () => {
    const given = [
      row(['1', '2', '3'], [1, 2, 3]),
      row([null, null, null], [1, 2, 3]),
      row(['1', '1', '1'], [null, null, null]),
    ];
    const { drops } = await runStages({
      stages: [giveRows(given), selectResponses({ by: 'both', minShare: 0.5 })],
      rows: 3,
    });
    expect(drops).toEqual({ 'select: no-majority': 1, 'select: no-answer': 1, 'select: no-reward': 1 });
  });

  test('programs have no majority', () => {
    expect(() => selectResponses({ by: 'majority', from: 'runs' })).toThrow("cannot be selected by 'majority'");
  });
});
