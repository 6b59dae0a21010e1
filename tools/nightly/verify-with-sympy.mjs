// Holds verdicts of the verifier against SymPy: random pairs from a grammar, and every case of two scalar expressions.
// Makes its own virtual environment (python3 and PyPI needed). Exits 1 on a contradiction.
// Usage: node tools/nightly/verify-with-sympy.mjs [--pairs 600] [--seconds 5] [--seed text], after `npm run build`.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createDraw } from '../../benchmarks/support/random.mjs';
import { preparePython } from '../prepare-python.mjs';
import { printSymbol, printSympy } from './print-sympy.mjs';
import { alterTree, makeTree, rewriteTree } from './random-trees.mjs';

// The parser and the printer are no part of the package's entry.
const verifier = new URL('../../packages/verifier/', import.meta.url);
const load = (path) => import(new URL(`dist/${path}`, verifier).href);
const { verifyAnswer } = await load('index.js');
const { parseExpression } = await load('expression/parse-expression.js');
const { printExpression } = await load('expression/print-expression.js');
const { listSymbols } = await load('expression/symbols.js');
const { normalizeText } = await load('text/normalize-text.js');
const { Fuel } = await load('fuel.js');

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '600' },
    seconds: { type: 'string', default: '5' },
    seed: { type: 'string', default: new Date().toISOString().slice(0, 10) },
  },
});

/** One in five unrelated, two rewritten, two with one thing changed. */
function makeRandomPairs(count) {
  const draw = createDraw(values.seed);
  return Array.from({ length: count }, () => {
    const tree = makeTree(draw, 3);
    const kind = draw();
    const other =
      kind < 0.2 ? makeTree(draw, 3) : kind < 0.6 ? rewriteTree(tree, draw) : rewriteTree(alterTree(tree, draw), draw);
    return { source: 'random', a: tree, b: other, reference: printExpression(tree), candidate: printExpression(other) };
  });
}

/** A degree sign on one side alone may be left out by policy, and is no question for SymPy. */
function readCasePairs() {
  const folder = new URL('cases/answers/', verifier);
  const rows = readdirSync(folder)
    .flatMap((file) => readFileSync(new URL(file, folder), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const read = (text) => parseExpression(normalizeText(text), new Fuel(1_000_000));
  const hasDegrees = (text) => /circ|degree|°/.test(text);
  return (
    rows
      .filter(({ reference, candidate }) => hasDegrees(reference) === hasDegrees(candidate))
      // Unit vectors have several names.
      .filter(({ reference, candidate }) => !/hat|mathbf|vec/.test(reference + candidate))
      .map(({ reference, candidate }) => ({
        source: 'case',
        a: read(reference),
        b: read(candidate),
        reference,
        candidate,
      }))
      .filter(({ a, b }) => a !== null && b !== null)
  );
}

async function askSympy(questions) {
  const python = preparePython({ name: 'sympy', version: '1.14.0' });
  const child = spawn(python, [join(import.meta.dirname, 'sympy_oracle.py'), values.seconds], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  const answers = [];
  for await (const line of createInterface({ input: child.stdout })) answers.push(JSON.parse(line));
  return answers;
}

const pairs = [...makeRandomPairs(Number(values.pairs)), ...readCasePairs()]
  .map((pair) => ({
    ...pair,
    pythonA: printSympy(pair.a),
    pythonB: printSympy(pair.b),
    names: [...new Set([...listSymbols(pair.a), ...listSymbols(pair.b)])],
  }))
  .filter(({ pythonA, pythonB }) => pythonA !== null && pythonB !== null && (pythonA + pythonB).length < 1500);
const answers = await askSympy(
  pairs.map(({ pythonA, pythonB, names }) => ({ a: pythonA, b: pythonB, names: names.map(printSymbol) })),
);

const valueRules = new Set(['number', 'expression', 'identical-text']);
const counts = {};
const contradictions = [];
for (const [i, pair] of pairs.entries()) {
  const { verdict, rule, proof, policies } = verifyAnswer(pair);
  // What was read as something else than a value, such as a choice, a figure or a numeral, is no question for SymPy.
  if (verdict !== 'undecided' && !valueRules.has(rule)) continue;
  const answer = answers[i] ?? 'no answer';
  const key = `${pair.source}: ours ${verdict}, sympy ${answer}`;
  counts[key] = (counts[key] ?? 0) + 1;
  // What a policy makes equal need not have the same value.
  const isContradicted =
    (verdict === 'equal' && answer === 'other' && policies.length === 0) ||
    (verdict === 'different' && answer === 'same');
  if (isContradicted)
    contradictions.push({ verdict, proof, sympy: answer, reference: pair.reference, candidate: pair.candidate });
}
console.log(`${pairs.length} pairs, seed ${values.seed}, sympy 1.14.0, ${values.seconds} s a pair at most`);
for (const key of Object.keys(counts).toSorted()) console.log(`  ${String(counts[key]).padStart(6)}  ${key}`);
for (const contradiction of contradictions) console.log(JSON.stringify(contradiction));
console.log(`${contradictions.length} contradictions`);
process.exitCode = contradictions.length > 0 || answers.length < pairs.length ? 1 : 0;
