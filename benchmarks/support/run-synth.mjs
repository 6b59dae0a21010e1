// One session of a run of the engine, in a process of its own: `node run-synth.mjs '{"folder": ...}'`. Rows before `askFrom` are made
// here, so that a run of millions is there in minutes; those from there on are asked of the server. Prints JSON Lines: its memory each
// second, and at the end what it took.
import { setFlagsFromString } from 'node:v8';
import { createOpenAiClient } from '@scalequest/models';
import { filterLanguage, generateQuestions, qwen2Prefix, respond, runRecipe } from '@scalequest/synth';

const options = { n: 1, askFrom: 0, shardRows: 2048, window: 8, ...JSON.parse(process.argv[2]) };
const { folder, baseUrl, rows, n, askFrom, shardRows, window } = options;
const sampling = { temperature: 1, topP: 1, maxTokens: 512 };
let payload = 0;
let responded = 0;

/** A stage whose judging of a shard is another's, which may call the stage's own. */
function wrapJudge(stage, judge) {
  return {
    ...stage,
    open: async (context) => {
      const opened = await stage.open(context);
      return { ...opened, judge: (shard) => judge(shard, opened.judge) };
    },
  };
}

/** A stage that asks no model about shards before `askFrom`. */
function makeBefore(stage, make) {
  return wrapJudge(stage, async (shard, ask) =>
    shard.rows.length > 0 && shard.rows[0].index < askFrom
      ? shard.rows.map((row) => ({ keep: make(row) }))
      : await ask(shard),
  );
}

/** A stage whose kept rows are looked at. */
function watchKept(stage, look) {
  return wrapJudge(stage, async (shard, judge) => {
    const decisions = await judge(shard);
    for (const [i, { keep }] of decisions.entries()) if (keep !== undefined) look(shard.rows[i], keep);
    return decisions;
  });
}

const countLetters = (texts) => texts.reduce((sum, { text }) => sum + text.length, 0);
const stages = [
  // What one request of a prefix costs is shared by its samples, as on a real server.
  makeBefore(generateQuestions({ prefixes: { m: qwen2Prefix }, rowsPerRequest: 32, sampling }), ({ index }) => ({
    question: `What is the answer to question ${index} of this list?`,
  })),
  filterLanguage(),
  watchKept(
    makeBefore(respond({ role: 'm', samples: n, sampling }), ({ index }) => ({
      responses: [{ text: `${index} is the answer.`, finishReason: 'stop' }],
    })),
    ({ fields }, { responses }) => {
      responded += 1;
      payload += fields.question.length + countLetters(responses);
    },
  ),
];

// As the command does.
setFlagsFromString('--heap-growing-percent=50');
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const client = createOpenAiClient({ model: 'm', baseUrls: [baseUrl], maxConcurrency: 256 });
const timer = setInterval(() => say({ rssMb: process.memoryUsage().rss / 2 ** 20, responded, payload }), 1000);
const cpu = process.cpuUsage();
const startedAt = performance.now();
const results = await runRecipe({
  recipe: {
    ...{ name: 'engine', description: 'Rows for a measurement.', generators: [{ name: 'm', accept: 'all', rows }] },
    ...{ stages, shardRows, window },
  },
  ...{ folder, models: { m: { client } } },
});
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);
clearInterval(timer);
say({ results, wallMs, cpuMs: (user + system) / 1000, responded, payload });
await client.close();
