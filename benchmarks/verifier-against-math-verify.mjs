// The same pairs through this verifier and through the PyPI package math-verify, on one core each, in one run: the ratio
// of speeds and a table of agreement. Makes its own virtual environment (python3 and PyPI needed, about 40 MB).
// Usage: npm run bench -- verifier-against-math-verify [--pairs 2000] [--rounds 3]
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyAnswer } from '@scalequest/verifier';
import { preparePython } from '../tools/prepare-python.mjs';
import { createDraw } from './support/random.mjs';
import { readDataRows } from './support/read-data-rows.mjs';
import { describeMachine, describeSpread } from './support/report.mjs';

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '2000' }, rounds: { type: 'string', default: '3' } },
});
const draw = createDraw('against-math-verify');

/** Real pairs with their label, or the one of their review; null where that is not clear. */
async function readRealPairs() {
  if (process.env.SCALEQUEST_DATA_DIR === undefined) return [];
  const rows = await readDataRows('generations-derived/verifier-pairs.jsonl.gz');
  return rows
    .filter(({ answer }) => answer !== null)
    .map(({ gold, answer, label, review }) => {
      const clear = review === null ? label : { true: true, false: false }[review.verdict];
      return { set: 'real', reference: gold, candidate: answer, label: clear ?? null };
    });
}

function readOwnPairs() {
  const folder = join(import.meta.dirname, '..', 'packages', 'verifier', 'cases', 'answers');
  return readdirSync(folder)
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ verdict }) => verdict !== 'undecided')
    .map(({ reference, candidate, verdict }) => ({
      set: 'own cases',
      reference,
      candidate,
      label: verdict === 'equal',
    }));
}

const sample = (items, count) =>
  items
    .map((item) => ({ item, order: draw() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ item }) => item);

// Parsed as its documentation asks for: mathematics stands between dollars.
const program = `
import json, sys, time
from math_verify import parse, verify
pairs, rounds = json.load(sys.stdin)
def wrap(text): return text if '$' in text or '\\\\boxed' in text else '$' + text + '$'
seconds, verdicts = [], []
for _ in range(rounds):
    verdicts = []
    started = time.process_time()
    for reference, candidate in pairs:
        try:
            verdicts.append(bool(verify(parse(wrap(reference)), parse(wrap(candidate)))))
        except Exception:
            verdicts.append(None)
    seconds.append(time.process_time() - started)
import importlib.metadata as m
print(json.dumps({'seconds': seconds, 'verdicts': verdicts, 'versions': {p: m.version(p) for p in ['math-verify', 'latex2sympy2-extended', 'sympy']}, 'python': sys.version.split()[0]}))
`;

function runPython(python, pairs, rounds) {
  const input = JSON.stringify([pairs.map(({ reference, candidate }) => [reference, candidate]), rounds]);
  const output = execFileSync(python, ['-c', program], {
    input,
    maxBuffer: 2 ** 28,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return JSON.parse(output.toString().trim().split('\n').at(-1));
}

/** Processor seconds of each pass. */
function runOurs(pairs, rounds) {
  const seconds = [];
  let verdicts = [];
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    verdicts = pairs.map((pair) => verifyAnswer(pair).verdict);
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
  }
  return { seconds, verdicts };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

function printAgreement(pairs, ours, theirs) {
  const columns = ['true', 'false', 'null'];
  console.log('  ours \\ theirs      true   false   error');
  for (const verdict of ['equal', 'different', 'undecided']) {
    const counts = columns.map(
      (column) => pairs.filter((_, i) => ours[i] === verdict && String(theirs[i]) === column).length,
    );
    console.log(`  ${verdict.padEnd(15)}${counts.map((count) => String(count).padStart(8)).join('')}`);
  }
}

function printAgainstLabels(pairs, ours, theirs) {
  const labelled = pairs
    .map((pair, i) => ({ ...pair, ours: ours[i], theirs: theirs[i] }))
    .filter(({ label }) => label !== null);
  const count = (keep) => labelled.filter(keep).length;
  const rows = [
    ['this verifier', (row) => row.ours === 'equal', (row) => row.ours === 'different'],
    ['math-verify', (row) => row.theirs === true, (row) => row.theirs === false],
  ];
  console.log(`  against ${labelled.length} labels:`);
  for (const [name, saysEqual, saysDifferent] of rows) {
    const right = count((row) => (row.label ? saysEqual(row) : saysDifferent(row)));
    const wrongEqual = count((row) => !row.label && saysEqual(row));
    const wrongDifferent = count((row) => row.label && saysDifferent(row));
    const none = labelled.length - right - wrongEqual - wrongDifferent;
    const share = ((100 * right) / labelled.length).toFixed(2);
    console.log(
      `  ${name.padEnd(14)} right ${right} (${share} %), wrong equal ${wrongEqual}, wrong different ${wrongDifferent}, no verdict ${none}`,
    );
  }
}

const python = preparePython({ name: 'math-verify', version: '0.9.0', extras: '[antlr4_13_2]' });
const half = Math.floor(Number(values.pairs) / 2);
// The first pass meets caches that are empty and code that is not compiled: it is printed on its own. A pass of ours is
// short, so that there are ten times as many.
const rounds = Number(values.rounds) + 1;
const sets = [sample(await readRealPairs(), half), sample(readOwnPairs(), half)].filter((pairs) => pairs.length > 0);
console.log(describeMachine());
for (const [i, pairs] of sets.entries()) {
  const theirs = runPython(python, pairs, rounds);
  const ours = runOurs(pairs, rounds * 10);
  if (i === 0) {
    const versions = Object.entries(theirs.versions).map(([name, version]) => `${name} ${version}`);
    console.log(`python ${theirs.python}, ${versions.join(', ')}`);
  }
  const rates = [ours, theirs].map(({ seconds }) => seconds.map((value) => pairs.length / value));
  console.log(`\n${pairs.length} pairs of ${pairs[0].set}, processor time of one core, pairs/s`);
  for (const [name, [first, ...later]] of [
    ['this verifier', rates[0]],
    ['math-verify  ', rates[1]],
  ]) {
    console.log(`  ${name}: ${describeSpread(later, 0)}; first pass ${first.toFixed(0)}`);
  }
  const ratio = median(rates[0].slice(1)) / median(rates[1].slice(1));
  console.log(
    `  ratio of the medians: ${ratio.toFixed(0)}; of the first passes: ${(rates[0][0] / rates[1][0]).toFixed(0)}`,
  );
  printAgreement(pairs, ours.verdicts, theirs.verdicts);
  printAgainstLabels(pairs, ours.verdicts, theirs.verdicts);
}
