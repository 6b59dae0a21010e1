// The slowest pair among many random and hostile ones, with the default fuel.
// Usage: npm run bench -- verifier-worst [--pairs 1000000] [--seconds 240] [--seed text]
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyAnswer } from '@scalequest/verifier';
import { makeHardPairs } from './support/hard-pairs.mjs';
import { makeHostileText } from './support/hostile-texts.mjs';
import { createDraw } from './support/random.mjs';
import { describeMachine } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '240' },
    seed: { type: 'string', default: 'worst' },
  },
});
const draw = createDraw(values.seed);
const pick = (items) => items[Math.floor(draw() * items.length)];

const casesDir = join(import.meta.dirname, '..', 'packages', 'verifier', 'cases', 'answers');
const texts = readdirSync(casesDir)
  .flatMap((file) => readFileSync(join(casesDir, file), 'utf8').split('\n'))
  .filter((line) => line !== '')
  .flatMap((line) => {
    const { reference, candidate } = JSON.parse(line);
    return [reference, candidate];
  });

/** Two texts glued, cut, or with a piece of one in the other. */
function garble(a, b) {
  const cut = Math.floor(draw() * a.length);
  return draw() < 0.5 ? a.slice(0, cut) + b : a.slice(0, cut) + b + a.slice(cut);
}

const makers = [
  () => ({ reference: pick(texts), candidate: pick(texts) }),
  () => ({ reference: pick(texts), candidate: garble(pick(texts), pick(texts)) }),
  () => ({ reference: garble(pick(texts), pick(texts)), candidate: garble(pick(texts), pick(texts)) }),
  () => makeHardPairs(1, draw, { isCostly: true })[0],
  () => ({ reference: pick(texts), candidate: makeHostileText(draw) }),
  () => ({ reference: makeHostileText(draw), candidate: makeHostileText(draw) }),
];
/** Hostile pairs cost thousands of times more than the others, and are fewer. */
const weights = [3, 3, 3, 0.5, 0.25, 0.25];

function makePair() {
  let rest = draw() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => {
    rest -= weight;
    return rest <= 0;
  });
  return makers[index]();
}

/** In processor time, so that other processes on the machine do not count. */
function time(pair) {
  const before = process.cpuUsage();
  const { verdict, reason, fuel } = verifyAnswer(pair);
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, verdict, reason, fuel, pair };
}

const shorten = (text) => (text.length > 120 ? `${text.slice(0, 120)}... (${text.length} characters)` : text);

console.log(describeMachine());
const deadline = performance.now() + Number(values.seconds) * 1000;
let count = 0;
let worst = [];
const verdicts = {};
while (count < Number(values.pairs) && performance.now() < deadline) {
  const timed = time(makePair());
  verdicts[timed.verdict] = (verdicts[timed.verdict] ?? 0) + 1;
  count++;
  if (worst.length < 20 || timed.ms > worst.at(-1).ms) {
    worst = [...worst, timed].toSorted((a, b) => b.ms - a.ms).slice(0, 20);
  }
}
// Once more and the better of three: the first time may have met the compiler or another process.
const settled = worst
  .map(({ pair, ms: first }) => ({ first, ...[time(pair), time(pair), time(pair)].toSorted((a, b) => a.ms - b.ms)[0] }))
  .toSorted((a, b) => b.ms - a.ms);
console.log(`${count} pairs, ${JSON.stringify(verdicts)}, seed ${values.seed}`);
for (const { first, ms, verdict, reason, fuel, pair } of settled.slice(0, 5)) {
  console.log(`${ms.toFixed(1)} ms (first ${first.toFixed(1)}), ${fuel} steps, ${verdict} ${reason ?? ''}`);
  console.log(`  ${shorten(pair.reference)}\n  ${shorten(pair.candidate)}`);
}
const [{ ms }] = settled;
console.log(`worst pair ${ms.toFixed(1)} ms, target 250: ${ms < 250 ? 'met' : 'MISSED'}`);
