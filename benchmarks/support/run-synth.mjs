// One session of a run of the engine, in a process of its own: `node run-synth.mjs '{"folder": ...}'`. Rows before `askFrom` are made
// here, so that a run of millions is there in minutes; those from there on are asked of the server. Prints JSON Lines: its memory each
// second, and at the end what it took.
import { setFlagsFromString } from 'node:v8';
import { createOpenAiClient } from '@scalequest/models';
import { runRecipe } from '@scalequest/synth';

const options = { n: 1, askFrom: 0, words: 40, shardRows: 2048, window: 8, ...JSON.parse(process.argv[2]) };
const { folder, baseUrl, rows, n, askFrom, shardRows, window } = options;
const sampling = { temperature: 1, topP: 1, maxTokens: 512, stop: [] };
let payload = 0;

const generate = {
  ...{ order: 'free', name: 'generate', version: 1, settings: {}, needs: [], gives: ['question'], models: ['m'] },
  open: async () => ({
    judge: async ({ rows: all, models, seedOf }) => {
      if (all[0].index < askFrom)
        return all.map(({ index }) => ({ keep: { question: `Question ${index} of a list.` } }));
      return await models.judgeEach(all, async (row) => {
        const prompt = { kind: 'completion', text: 'Ask.' };
        const { choices } = await models.generate('m', { row, prompt, sampling: { ...sampling, seed: seedOf(row) } });
        return { keep: { question: choices[0].text } };
      });
    },
  }),
};

const filter = {
  ...{ order: 'free', name: 'filter', version: 1, settings: {}, needs: ['question'], gives: ['length'] },
  open: async () => ({
    judge: async ({ rows: all }) =>
      all.map(({ index, fields }) =>
        index % 10 === 9 ? { drop: 'tenth' } : { keep: { length: new Set(fields.question.split(' ')).size } },
      ),
  }),
};

const respond = {
  ...{
    order: 'free',
    name: 'respond',
    version: 1,
    settings: {},
    needs: ['question'],
    gives: ['responses'],
    models: ['m'],
  },
  open: async () => ({
    judge: async ({ rows: all, models, seedOf }) => {
      if (all.length > 0 && all[0].index < askFrom) {
        return all.map(({ index }) => ({
          keep: { responses: [{ text: `${index} is the answer.`, finishReason: 'stop' }] },
        }));
      }
      return await models.judgeEach(all, async (row) => {
        const prompt = { kind: 'chat', messages: [{ role: 'user', content: row.fields.question }] };
        const asked = { row, prompt, sampling: { ...sampling, seed: seedOf(row), n } };
        const { choices } = await models.generate('m', asked);
        payload += row.fields.question.length + choices.reduce((sum, { text }) => sum + text.length, 0);
        return { keep: { responses: choices.map(({ text, finishReason }) => ({ text, finishReason })) } };
      });
    },
  }),
};

// As the command does.
setFlagsFromString('--heap-growing-percent=50');
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const client = createOpenAiClient({ model: 'm', baseUrls: [baseUrl], maxConcurrency: 256 });
const timer = setInterval(() => say({ rssMb: process.memoryUsage().rss / 2 ** 20 }), 1000);
const cpu = process.cpuUsage();
const startedAt = performance.now();
const results = await runRecipe({
  recipe: {
    ...{ name: 'engine', description: 'Rows for a measurement.', generators: [{ name: 'list', accept: 'all', rows }] },
    ...{ stages: [generate, filter, respond], shardRows, window },
  },
  ...{ folder, models: { m: { client } } },
});
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);
clearInterval(timer);
say({ results, wallMs, cpuMs: (user + system) / 1000, payload });
await client.close();
