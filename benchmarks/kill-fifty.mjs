// Whether kill -9 loses or repeats work: a run of 20,000 samples is killed fifty times and set beside one that was not.
// Usage: npm run bench -- kill-fifty [--kills N] [--epochs N] [--minutes N]. Exits with 1 where anything was lost.
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom } from '@scalequest/core';
import { startModelServer } from '@scalequest/test-kit';
import { describeMachine } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    epochs: { type: 'string', default: '40' },
    minutes: { type: 'string', default: '30' },
  },
});
const kills = Number(values.kills);
const samples = 500 * Number(values.epochs);
const deadline = Date.now() + Number(values.minutes) * 60_000;
const launcher = fileURLToPath(new URL('../packages/cli/bin/scalequest.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'scalequest-kill-'));

let asked = [];
let onRequest = () => undefined;
const server = await startModelServer({
  latencyMs: 20,
  // Which samples are right depends on the seed, so that a sample that moves changes the summary.
  reply: ({ seed = 0 }) => {
    asked.push(seed);
    onRequest();
    return `\\boxed{${seed % 7}}`;
  },
});

/** Starts the command; `result` tells how it ended. */
function start(out) {
  const args = ['eval', 'math-embedded', '--model', 'm', '--base-url', server.baseUrl, '--out', join(folder, out)];
  const all = [launcher, ...args, '--epochs', values.epochs, '--concurrency', '64', '--json'];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'ignore'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  const result = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stdout })));
  return { child, result };
}

/** The seeds of the whole lines; a kill may have torn the last one. */
async function readSeeds(path) {
  const seeds = new Map();
  if (!existsSync(path)) return seeds;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    try {
      const { id, epoch, seed } = JSON.parse(line);
      seeds.set(seed, (seeds.get(seed) ?? []).concat(`${epoch} ${id}`));
    } catch {
      // Torn.
    }
  }
  return seeds;
}

const journal = join(folder, 'killed', 'journal.jsonl');
const random = createRandom('kill-fifty');
let journaled = new Map();
let lost = 0;
let askedTwice = 0;
let done = 0;
const startedAt = performance.now();
try {
  for (; done < kills && Date.now() < deadline; done++) {
    asked = [];
    // Requests are counted, not time. One kill in five comes while the command still loads.
    const killAfter = done % 5 === 4 ? 0 : random.integer({ min: 1, max: Math.floor((1.5 * samples) / kills) });
    const { child, result } = start('killed');
    const timer = setTimeout(() => child.kill('SIGKILL'), Math.max(0, deadline - Date.now()));
    onRequest = () => {
      if (asked.length >= killAfter) child.kill('SIGKILL');
    };
    if (killAfter === 0) setTimeout(() => child.kill('SIGKILL'), random.integer({ min: 0, max: 1000 }));
    const { signal } = await result;
    clearTimeout(timer);
    onRequest = () => undefined;
    if (signal !== 'SIGKILL') throw new Error('The command ended before its kill: raise --epochs.');
    askedTwice += asked.filter((seed) => journaled.has(seed)).length;
    const now = await readSeeds(journal);
    lost += [...journaled.keys()].filter((seed) => !now.has(seed)).length;
    journaled = now;
  }
  if (done < kills) throw new Error(`Only ${done} of ${kills} kills in ${values.minutes} minutes.`);
  asked = [];
  const last = start('killed');
  const guard = setTimeout(() => last.child.kill('SIGKILL'), Math.max(0, deadline - Date.now()));
  const end = JSON.parse((await last.result).stdout);
  clearTimeout(guard);
  askedTwice += asked.filter((seed) => journaled.has(seed)).length;
  const whole = await readSeeds(journal);
  lost += [...journaled.keys()].filter((seed) => !whole.has(seed)).length;
  const repeated = [...whole.values()].filter((keys) => keys.length > 1).length;

  const undisturbed = start('undisturbed');
  const other = JSON.parse((await undisturbed.result).stdout);
  // How long a run took, and the tokens of replies that a kill threw away, are not part of its result.
  const comparable = ({ summary }) => JSON.stringify({ ...summary, wallMs: 0, tokens: null, cost: null });
  const areEqual = comparable(end) === comparable(other);
  const scores = (name) =>
    readFileSync(join(folder, name, 'scores', 'ours@3.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ id, epoch, outcome, answer }) => `${epoch} ${id} ${outcome} ${answer}`);
  const areScoresEqual =
    [...new Set(scores('killed'))].sort().join('\n') === [...new Set(scores('undisturbed'))].sort().join('\n');

  console.log(describeMachine());
  console.log(`\n${samples} samples, ${done} kills, ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  console.log(`journaled when the last kill came: ${journaled.size}, at the end ${whole.size}`);
  console.log(`finished samples lost: ${lost}`);
  console.log(`finished samples asked twice: ${askedTwice}`);
  console.log(`samples that stand twice in the journal: ${repeated}`);
  console.log(`status ${end.status}, resumed ${end.resumed}`);
  console.log(
    `the same summary as an undisturbed run: ${areEqual ? 'yes' : 'no'}; the same scores: ${areScoresEqual ? 'yes' : 'no'}`,
  );
  const isGood = lost + askedTwice + repeated === 0 && whole.size === samples && areEqual && areScoresEqual;
  process.exitCode = isGood ? 0 : 1;
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
