// What QFT and QPO do to a generator of questions (paper 2.2 and 2.3), in miniature: the embedded model learns to ask, and to
// ask better, and after each training it is asked with the bare prefix. The oracle of our own grammar judges what it asks.
// Usage: npm run bench -- question-training [--python FILE] [--seeds 0,1] [--generations N]
// [--arms with-term,bare,control] [--keep FOLDER] [--out FILE.json]
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateSeedQuestions, pairQuestions } from '@scalequest/datasets/embedded';
import { getEmbeddedModelPath } from '@scalequest/models';
import {
  compareValidity,
  generateQuestions,
  judgeQuestions,
  measureQuestions,
  sampling,
} from './support/measure-questions.mjs';
import { describeMachine, readMachine } from './support/report.mjs';
import { trainControl, trainGenerator } from './support/train-questions.mjs';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: process.env.SCALEQUEST_PYTHON ?? process.env.SCALEQUEST_TEST_PYTHON },
    seeds: { type: 'string', default: '0' },
    generations: { type: 'string', default: '3000' },
    paired: { type: 'string', default: '12000' },
    pairs: { type: 'string', default: '3200' },
    arms: { type: 'string', default: 'with-term,bare,control' },
    keep: { type: 'string' },
    out: { type: 'string' },
  },
});
const [count, paired, pairCount] = [values.generations, values.paired, values.pairs].map(Number);
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'scalequest-questions-'));
await mkdir(folder, { recursive: true });

/** Over those of `nano.qpo`, for four times as many pairs: fewer steps, of more pairs each. */
const preferenceSettings = { 'optimizer.learningRate': 1e-4, 'schedule.warmupSteps': 5, batchSize: 64 };

/** What a generator asks; found again in the folder of an earlier call, as its trainings are. */
async function ask({ path, prefix }, { file, ...options }) {
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(await generateQuestions({ path, prefix, ...options })));
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** By `--arms bare` or, of one mix alone, `--arms balanced:bare`. The arm with the SFT term is always there. */
function wants(mix, arm) {
  return values.arms.split(',').some((wanted) => wanted === arm || wanted === `${mix}:${arm}`);
}

async function runSeed(seed) {
  const at = (name) => join(folder, `${seed}-${name}`);
  const python = values.python;
  const arms = [];
  let validAfterQft;
  const add = async (name, generator, training) => {
    // Seeds that no pair comes from.
    const texts = await ask(generator, { file: at(`${name}.json`), count, seed: 1000 + seed });
    const arm = { seed, name, ...measureQuestions(texts, seedQuestions), ...training };
    arms.push(arm);
    const judged = judgeQuestions(texts);
    if (name === 'QFT') validAfterQft = judged;
    else if (validAfterQft !== undefined) comparisons.push({ seed, name, before: validAfterQft, after: judged });
    console.log(formatRow(arm));
  };
  const describe = ({ rows, steps, seconds, loss, metrics }) => ({
    training: { rows, steps, seconds, loss, accuracy: metrics?.['rewards/accuracies'] },
  });

  const asked = await trainGenerator({ recipe: 'nano.qft', folder: at('qft'), python, seed });
  const seedQuestions = generateSeedQuestions({ seed, count: asked.rows }).map(({ question }) => question);
  await add('before', { path: getEmbeddedModelPath(), prefix: asked.prefix });
  await add('QFT', asked, describe(asked));

  const generated = await ask(asked, { file: at('generated.json'), count: paired, seed: 2000 + seed });
  const generations = generated.filter(({ isFinished }) => isFinished);
  for (const mix of ['balanced', 'difficulty-heavy']) {
    const { pairs, counts } = pairQuestions({ generations, mix, seed, count: pairCount });
    console.log(`  ${mix}: ${counts.solvability} pairs about solvability, ${counts.difficulty} about difficulty`);
    const shared = { python, seed, model: at('qft') };
    const train = (name, sftWeight) =>
      trainGenerator({
        ...shared,
        ...{ recipe: 'nano.qpo', folder: at(`${mix}-${name}`), rows: pairs },
        settings: { ...preferenceSettings, 'dpo.sftWeight': sftWeight },
      });
    const withTerm = await train('with-term', 1);
    await add(`QPO ${mix} + SFT term`, withTerm, describe(withTerm));
    if (wants(mix, 'bare')) {
      const bare = await train('bare', 0);
      await add(`QPO ${mix}`, bare, describe(bare));
    }
    if (!wants(mix, 'control')) continue;
    const control = await trainControl({ ...shared, folder: at(`${mix}-control`), preference: withTerm, pairs });
    await add(`SFT on the chosen, ${mix}`, control, describe(control));
  }
  return { arms, versions: asked.versions };
}

/** Of each model after QPO beside QFT's, of all seeds together and of each. */
function summarizeChanges() {
  return [...new Set(comparisons.map(({ name }) => name))].map((name) => {
    const own = comparisons.filter((one) => one.name === name);
    const all = compareValidity(
      own.flatMap(({ before }) => before),
      own.flatMap(({ after }) => after),
    );
    return { name, ...all, seeds: own.map(({ seed, before, after }) => ({ seed, ...compareValidity(before, after) })) };
  });
}

const points = (share) => `${share < 0 ? '' : '+'}${(100 * share).toFixed(1)}`;

const percent = (share) => (100 * share).toFixed(1).padStart(5);

function formatRow({ seed, name, valid, steps, characters, unique, verbatim, unfinished, reasons, training }) {
  const mean = (of, digits) => (of === undefined ? '-' : of.mean.toFixed(digits)).padStart(5);
  const some = Object.entries(reasons).slice(0, 3);
  return [
    `${seed}  ${name.padEnd(36)}`,
    `${percent(valid.share)} (${percent(valid.low)} to ${percent(valid.high)})`,
    mean(steps, 2),
    mean(characters, 0),
    percent(unique),
    percent(verbatim),
    percent(unfinished),
    `${training === undefined ? '-' : training.seconds.toFixed(0)}`.padStart(4),
    some.map(([reason, times]) => `${reason} ${times}`).join(', '),
  ].join('  ');
}

console.log(describeMachine());
console.log(
  `${count} generations of each model: ${JSON.stringify(sampling)}, a seed of its own for each; one thread\n`,
);
console.log(
  's  model                                 valid % (95 % interval)  steps  chars  uniq %  by heart %  no end %  s  reasons',
);
const comparisons = [];
const results = [];
for (const seed of values.seeds.split(',').map(Number)) results.push(await runSeed(seed));
const changes = summarizeChanges();
console.log(
  '\nvalid beside QFT of the same seed, in points (95 % interval, paired by the seeds of the requests), and of each seed',
);
for (const { name, mean, low, high, seeds } of changes) {
  const each = seeds.map((own) => points(own.mean)).join(', ');
  console.log(`${name.padEnd(36)}  ${points(mean)} (${points(low)} to ${points(high)})  ${each}`);
}
const versions = results[0].versions;
console.log(`\ntorch ${versions.torch}, transformers ${versions.transformers}, trl ${versions.trl}`);
if (values.out !== undefined) {
  const record = {
    ...readMachine(),
    versions,
    sampling,
    count,
    paired,
    changes,
    arms: results.flatMap(({ arms }) => arms),
  };
  writeFileSync(values.out, `${JSON.stringify(record, null, 2)}\n`);
}
if (values.keep === undefined) rmSync(folder, { recursive: true });
