// Pairs to verify, and passes over them through this verifier and through math-verify, each in a process of its own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDataRows } from './read-data-rows.mjs';
import { runScript } from './run-script.mjs';

/** What `preparePython` installs. */
export const mathVerify = { name: 'math-verify', version: '0.9.0', extras: '[antlr4_13_2]' };

/** Real pairs with their label, or the one of their review; null where that is not clear. None without a data folder. */
export async function readRealPairs() {
  if (process.env.SCALEQUEST_DATA_DIR === undefined) return [];
  const rows = await readDataRows('generations-derived/verifier-pairs.jsonl.gz');
  return rows
    .filter(({ answer }) => answer !== null)
    .map(({ gold, answer, label, review }) => {
      const clear = review === null ? label : { true: true, false: false }[review.verdict];
      return { set: 'real', reference: gold, candidate: answer, label: clear ?? null };
    });
}

export function readOwnPairs() {
  const folder = join(import.meta.dirname, '..', '..', 'packages', 'verifier', 'cases', 'answers');
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

/** @returns `count` of the items in an order that `draw` gives */
export function sample(items, count, draw) {
  return items
    .map((item) => ({ item, order: draw() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ item }) => item);
}

/** @returns seconds, the processor's for each pass, and verdicts, those of the last pass */
export function runVerifier(passes) {
  return runPasses(process.execPath, 'verify-passes.mjs', passes);
}

/** As `runVerifier`, and the versions. */
export function runMathVerify(python, passes) {
  return runPasses(python, 'verify-passes.py', passes);
}

function runPasses(program, script, passes) {
  const input = passes.map((pairs) => pairs.map(({ reference, candidate }) => [reference, candidate]));
  return runScript(program, script, { input: JSON.stringify(input) });
}
