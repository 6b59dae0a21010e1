// The recipe of the tests that run in a process of their own: words are asked for, equal ones dropped, and each is judged.
// Run as a program it waits for a line, then works on the folder and with the server that its argument names.
import { once } from 'node:events';
import { createOpenAiClient } from '@scalequest/models';
import { runRecipe } from '../../dist/index.js';

const sampling = { temperature: 1, topP: 1, maxTokens: 8, stop: [] };

function ask({ name, role, needs, gives, makeText, decide }) {
  return {
    ...{ order: 'free', name, version: 1, settings: {}, needs, gives, models: [role] },
    open: async () => ({
      judge: ({ rows, models, seedOf }) =>
        models.judgeEach(rows, async (row) => {
          const prompt = { kind: 'completion', text: makeText(row) };
          const { choices } = await models.generate(role, {
            ...{ row, prompt },
            sampling: { ...sampling, seed: seedOf(row) },
          });
          return decide(choices[0].text);
        }),
    }),
  };
}

const asked = ask({
  ...{ name: 'ask', role: 'asker', needs: [], gives: ['word'] },
  makeText: ({ generator, index }) => `ask ${generator}/${index}`,
  decide: (word) => (/^[a-k]/.test(word) ? { keep: { word } } : { drop: 'other-letter', because: { word } }),
});

const unique = {
  ...{ order: 'in-order', name: 'unique', version: 1, settings: {}, needs: ['word'], gives: [] },
  open: async () => {
    const seen = new Set();
    return {
      prepare: async ({ rows }) => rows.map(({ fields }) => fields.word),
      judge: (_shard, words) => {
        const fresh = words.filter((word, place) => !seen.has(word) && words.indexOf(word) === place);
        const decisions = words.map((word, place) =>
          seen.has(word) || words.indexOf(word) !== place ? { drop: 'duplicate' } : { keep: {} },
        );
        for (const word of fresh) seen.add(word);
        return { decisions, memory: Buffer.from(fresh.join('\n')) };
      },
      remember: (memory) => {
        for (const word of Buffer.from(memory).toString().split('\n')) seen.add(word);
      },
    };
  },
};

const judged = ask({
  ...{ name: 'judge', role: 'judge', needs: ['word'], gives: ['verdict'] },
  makeText: ({ generator, index, fields }) => `judge ${generator}/${index} ${fields.word}`,
  decide: (verdict) => ({ keep: { verdict } }),
});

export const recipe = {
  name: 'words',
  description: 'Words for a test.',
  generators: [
    { name: 'one', accept: 120 },
    { name: 'two', accept: 70 },
  ],
  stages: [asked, unique, judged],
  shardRows: 24,
  window: 3,
};

/** A client for each role, quick to repeat what failed. Each request tells the session that it is of. */
export function openModels(baseUrl, session = 0) {
  const headers = { 'x-session': String(session) };
  const open = (model) => ({
    client: createOpenAiClient({ model, baseUrls: [baseUrl], headers, maxConcurrency: 8, maxAttempts: 8 }),
  });
  return { asker: open('asker'), judge: open('judge') };
}

const [, , program, argument] = process.argv;
if (program === 'run') {
  const { folder, baseUrl, session } = JSON.parse(argument);
  await once(process.stdin, 'data');
  process.stdin.destroy();
  const stop = new AbortController();
  process.on('SIGINT', () => stop.abort());
  process.on('unhandledRejection', (error) => {
    process.stderr.write(`UNHANDLED ${error}\n`);
    process.exit(7);
  });
  const models = openModels(baseUrl, session);
  try {
    const results = await runRecipe({ recipe, folder, models, stop: stop.signal });
    process.stdout.write(JSON.stringify(results));
  } catch (error) {
    process.stderr.write(JSON.stringify({ name: error.name, code: error.code, message: error.message }));
    process.exitCode = 1;
  } finally {
    await Promise.all(Object.values(models).map(({ client }) => client.close()));
  }
}
