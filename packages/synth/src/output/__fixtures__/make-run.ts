import { createRandom, sha256Hex } from '@scalequest/core';
import type { GenerateResponse, ModelClient } from '@scalequest/models';
import type { Recipe } from '../../engine/recipe.ts';
import type { runRecipe } from '../../engine/run-recipe.ts';
import type { FreeStage, OrderedStage } from '../../engine/stage.ts';

/** Letters that pages, Parquet, YAML and Markdown must all survive. */
export const hostileText = `</script><img src=x onerror="alert(1)"> | \`code\` \`\`\`fence\`\`\` "quoted" \\frac{1}{2} 数学 \u202e سؤال ${'long'.repeat(80)}`;

const topics = [
  'How many ways are there to choose {n} cards from a deck?',
  'Solve for x: {n}x + 3 = 12.',
  'Find the area of a triangle with base {n} and height 4.',
  'What is the remainder when {n} is divided by 7?',
  'Tom buys {n} apples for 2 dollars each. How much does he pay?',
  'Compute the derivative of x^{n}.',
];

/** What the model says is a function of the seed that it is asked with. */
function createModel(name: string): ModelClient {
  return {
    model: name,
    generate: async ({ sampling, prompt }, { beforeSend } = {}): Promise<GenerateResponse> => {
      await beforeSend?.();
      const random = createRandom(`${name}/${sampling.seed}`);
      const topic = topics[random.integer({ min: 0, max: topics.length - 1 })] ?? '';
      const asked = prompt.kind === 'completion' ? prompt.text : '';
      const number = random.integer({ min: 2, max: 99 });
      const text = asked === '' ? topic.replace('{n}', String(number)) : `So the answer is ${number}. ${hostileText}`;
      const usage = { promptTokens: 5, completionTokens: text.split(' ').length };
      return { choices: [{ text, finishReason: 'stop' }], usage, latencyMs: 1, attempts: 1, endpoint: 'test' };
    },
    getFingerprint: () => ({ model: name, engine: 'test', endpoints: [], servedModels: [], systemFingerprints: [] }),
    getStatistics: () => ({
      ...{ requests: 0, resent: 0, waiting: 0, inFlight: 0, concurrencyLimit: Number.POSITIVE_INFINITY, endpoints: [] },
      failures: { retry: 0, shrink: 0, drop: 0, fatal: 0 },
    }),
    close: async () => undefined,
  };
}

const sampling = { temperature: 1, topP: 1, maxTokens: 64, stop: [] };

const generate: FreeStage<object, { question: string }> = {
  order: 'free',
  ...{ name: 'generate', version: 1, settings: { promptSha256: sha256Hex('prefix') }, needs: [], gives: ['question'] },
  models: ['asker'],
  open: async () => ({
    judge: ({ rows, models, seedOf }) =>
      models.judgeEach(rows, async (row) => {
        if (row.index % 29 === 7) return { drop: 'truncated' };
        const prompt = { kind: 'completion', text: '' } as const;
        const { choices } = await models.generate('asker', {
          row,
          prompt,
          sampling: { ...sampling, seed: seedOf(row) },
        });
        const question = choices[0]?.text ?? '';
        return { keep: { question: row.index === 3 || row.index === 11 ? `${question} ${hostileText}` : question } };
      }),
  }),
};

const duplicates: OrderedStage<{ question: string }, object, readonly string[]> = {
  order: 'in-order',
  ...{ name: 'duplicates', version: 1, settings: { shingle: 5 }, needs: ['question'], gives: [] },
  open: async () => {
    const seen = new Map<string, string>();
    return {
      prepare: async ({ rows }) => rows.map(({ fields }) => fields.question),
      judge: (shard, questions) => {
        const fresh: [string, string][] = [];
        const decisions = questions.map((question, position) => {
          const of = seen.get(question);
          if (of !== undefined) return { drop: 'exact-duplicate', because: { of } };
          const id = `${shard.generator}/${shard.rows[position]?.index}`;
          seen.set(question, id);
          fresh.push([question, id]);
          return { keep: {} };
        });
        return { decisions, memory: Buffer.from(JSON.stringify(fresh)) };
      },
      remember: (memory) => {
        for (const [question, id] of JSON.parse(Buffer.from(memory).toString())) seen.set(question, id);
      },
    };
  },
};

const decontaminate: FreeStage<{ question: string }, object> = {
  order: 'free',
  ...{ name: 'decontaminate', version: 1, settings: { benchmarks: ['math', 'gsm8k'], ngram: 13 } },
  ...{ needs: ['question'], gives: [] },
  open: async () => ({
    judge: async ({ rows }) =>
      rows.map(({ index }) =>
        index % 31 === 5
          ? { drop: 'contaminated', because: { benchmark: 'gsm8k', id: '12', by: 'n-gram' } }
          : { keep: {} },
      ),
  }),
};

const difficulty: FreeStage<{ question: string }, { difficulty: number; solvability: { verdict: string } }> = {
  order: 'free',
  ...{ name: 'difficulty', version: 1, settings: {}, needs: ['question'], gives: ['difficulty', 'solvability'] },
  open: async () => ({
    judge: async ({ rows }) =>
      rows.map(({ index }) => ({ keep: { difficulty: ((index * 37) % 100) / 100, solvability: { verdict: 'yes' } } })),
  }),
};

interface Responded {
  readonly responses: readonly { readonly text: string; readonly finishReason: string }[];
}

const respond: FreeStage<{ question: string }, Responded> = {
  order: 'free',
  ...{ name: 'respond', version: 1, settings: { prompt: 'Please reason. '.repeat(20) }, needs: ['question'] },
  ...{ gives: ['responses'], models: ['solver'] },
  open: async () => ({
    judge: ({ rows, models, seedOf }) =>
      models.judgeEach(rows, async (row) => {
        const prompt = { kind: 'completion', text: row.fields.question } as const;
        const { choices } = await models.generate('solver', {
          row,
          prompt,
          sampling: { ...sampling, seed: seedOf(row) },
        });
        const text = choices[0]?.text ?? '';
        const responses = [text, 'I do not know.', `${text} Indeed.`].map((each) => ({
          text: each,
          finishReason: 'stop',
        }));
        return { keep: { responses } };
      }),
  }),
};

const select: FreeStage<Responded, object> = {
  order: 'free',
  ...{ name: 'select', version: 1, settings: {}, needs: ['responses'] },
  ...{ gives: ['rewards', 'response', 'answer', 'selected'] },
  open: async () => ({
    judge: async ({ rows }) =>
      rows.map(({ index, fields: { responses } }) => {
        if (index % 23 === 11) return { drop: 'no-majority' };
        const response = responses[0]?.text ?? '';
        const answer = index % 5 === 0 ? null : (/answer is (\d+)/.exec(response)?.[1] ?? null);
        const selected = { by: 'majority', position: 0, share: 2 / 3 };
        return { keep: { rewards: [0.9, -1.5, 0.25], response, answer, selected } };
      }),
  }),
};

export const testRecipe: Recipe = {
  name: 'test-math',
  description: 'Questions for a test, with <b>markup</b> in the description.',
  form: 'fixed',
  generators: [
    { name: 'qwen', accept: 120 },
    { name: 'deepseek', accept: 70 },
  ],
  stages: [generate, duplicates, decontaminate, difficulty, respond, select],
  shardRows: 64,
  window: 2,
};

/**
 * Runs a small recipe to its end: two generators, an answer from every stage that the real ones have. The engine is given, since
 * tests have the built one.
 */
export async function makeRun(
  folder: string,
  { run, recipe = testRecipe }: { readonly run: typeof runRecipe; readonly recipe?: Recipe },
): Promise<void> {
  const models = { asker: { client: createModel('asker') }, solver: { client: createModel('solver') } };
  await run({ recipe, folder, seed: 5, models });
}
