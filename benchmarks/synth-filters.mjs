// The filters of synthesis that ask no model, over questions recombined from real ones: language, exact and near-duplicates,
// decontamination, together and each alone, and beside datatrove's on the same rows.
// Usage: SCALEQUEST_DATA_DIR=DIR npm run bench -- synth-filters [--rows 2000000] [--peer-rows 20000] [--runs 3]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadBenchmark } from '@scalequest/datasets';
import { measureProcess } from './support/measure-process.mjs';
import { prepareDatatrove } from './support/prepare-datatrove.mjs';
import { writeQuestions } from './support/recombine-questions.mjs';
import { describeMachine, describeSpread, summarise } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '2000000' },
    'peer-rows': { type: 'string', default: '20000' },
    runs: { type: 'string', default: '3' },
  },
});
const runs = Number(values.runs);
const mostSeconds = 150;
const mostMb = 1024;
const tests = ['math', 'gsm8k', 'college-math', 'olympiadbench', 'aime24', 'amc23'];
const dataDir = process.env.SCALEQUEST_DATA_DIR;
if (dataDir === undefined) {
  console.log('SCALEQUEST_DATA_DIR is not set. Name the folder with MATH, GSM8K and the other test sets in it.');
  process.exit(2);
}

console.log(`${describeMachine()}\nload of the machine before: ${loadavg()[0].toFixed(1)}\n`);
const folder = mkdtempSync(join(tmpdir(), 'scalequest-filters-'));
try {
  await measureOurs();
  await measurePeer();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function filter(rows, stages) {
  const scratch = join(folder, 'scratch');
  mkdirSync(scratch, { recursive: true });
  const script = fileURLToPath(new URL('./support/filter-questions.mjs', import.meta.url));
  try {
    const { stdout } = await measureProcess(process.execPath, [script, rows, scratch, stages]);
    return JSON.parse(stdout);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function measureOurs() {
  const rows = join(folder, 'rows.jsonl');
  const kinds = await writeQuestions(rows, Number(values.rows));
  console.log(`${Number(values.rows).toLocaleString('en-US')} rows: ${JSON.stringify(kinds)}`);
  const seen = [];
  for (let run = 0; run < runs; run++) seen.push(await filter(rows, 'language,duplicates,decontaminate'));
  const pick = (field) => seen.map((one) => one[field]);
  console.log(`language, exact, near and ${tests.length} test sets together, ${availableParallelism()} cores:`);
  console.log(`  seconds: ${describeSpread(pick('seconds'))}`);
  judge(pick('seconds'), mostSeconds);
  console.log(`  processor seconds: ${describeSpread(pick('cpuSeconds'))}`);
  console.log(`  peak resident memory, MiB: ${describeSpread(pick('peakMb'), 0)}`);
  judge(pick('peakMb'), mostMb);
  console.log(`  kept ${seen[0].kept}; by reason ${JSON.stringify(seen[0].drops)}`);
  console.log(`  by how a row was made: ${JSON.stringify(seen[0].byKind)}\n`);
}

/** The goal is for two million rows. */
function judge(seen, most) {
  if (Number(values.rows) >= 2_000_000)
    console.log(`    at most ${most}: ${summarise(seen).median <= most ? 'yes' : 'NO'}`);
}

async function measurePeer() {
  const peer = prepareDatatrove();
  if (peer.reason !== undefined) {
    console.log(`datatrove: left out, ${peer.reason}`);
    return;
  }
  const rows = join(folder, 'peer-rows.jsonl');
  await writeQuestions(rows, Number(values['peer-rows']));
  const problems = join(folder, 'tests.jsonl');
  let lines = '';
  for (const name of tests) {
    const loaded = await loadBenchmark(name, { dataDir, cacheDir: folder });
    for (const { problem } of loaded.problems) lines += `${JSON.stringify({ problem })}\n`;
  }
  writeFileSync(problems, lines);
  const script = fileURLToPath(new URL('./support/filter-with-datatrove.py', import.meta.url));
  const seen = { language: [], duplicates: [], decontaminate: [] };
  for (let run = 0; run < runs; run++) {
    const output = join(folder, `datatrove-${run}`);
    const { stdout } = await measureProcess(peer.python, [script, rows, problems, output], {
      env: { ...process.env, OMP_NUM_THREADS: '1' },
    });
    const theirs = JSON.parse(stdout.trim().split('\n').at(-1));
    for (const [stage, found] of Object.entries(seen)) {
      found.push({ theirs: theirs[stage], ours: await filter(rows, stage) });
    }
  }
  console.log(
    `beside datatrove ${peer.version} on ${values['peer-rows']} rows, processor seconds, start of Node and threads counted:`,
  );
  for (const [stage, found] of Object.entries(seen)) {
    const theirs = found.map((one) => one.theirs.cpuSeconds);
    const ours = found.map((one) => one.ours.cpuSeconds);
    console.log(`  ${stage}: ours ${describeSpread(ours, 2)}, kept ${found[0].ours.kept}`);
    console.log(`    datatrove ${describeSpread(theirs, 2)}, kept ${found[0].theirs.kept}`);
    console.log(`    times as much: ${describeSpread(theirs.map((one, run) => one / ours[run]))}`);
  }
}
