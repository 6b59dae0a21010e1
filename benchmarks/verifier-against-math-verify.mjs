// The same pairs through this verifier and through the PyPI package math-verify, on one core each, in one run: the ratio
// of speeds and a table of agreement. Makes its own virtual environment (python3 and PyPI needed, about 40 MB).
// Usage: npm run bench -- verifier-against-math-verify [--pairs 2000] [--rounds 3]
import { parseArgs } from 'node:util';
import { preparePython } from '../tools/prepare-python.mjs';
import { createDraw } from './support/random.mjs';
import { describeMachine, describeSpread, summarise } from './support/report.mjs';
import {
  mathVerify,
  readOwnPairs,
  readRealPairs,
  runMathVerify,
  runVerifier,
  sample,
} from './support/verifier-pairs.mjs';

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '2000' }, rounds: { type: 'string', default: '3' } },
});
const draw = createDraw('against-math-verify');

const median = (numbers) => summarise(numbers).median;

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

const python = preparePython(mathVerify);
const half = Math.floor(Number(values.pairs) / 2);
// The first pass meets caches that are empty and code that is not compiled: it is printed on its own. A pass of ours is
// short, so that there are ten times as many.
const rounds = Number(values.rounds) + 1;
const sets = [sample(await readRealPairs(), half, draw), sample(readOwnPairs(), half, draw)].filter(
  (pairs) => pairs.length > 0,
);
console.log(describeMachine());
for (const [i, pairs] of sets.entries()) {
  const theirs = runMathVerify(python, Array(rounds).fill(pairs));
  const ours = runVerifier(Array(rounds * 10).fill(pairs));
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
