// `scalequest eval` beside promptfoo, evalite and lm-evaluation-harness: the same server, the same prompts, each with its own
// way of asking and a check of the boxed answer by string.
// Usage: npm run bench -- eval-peers [--runs N] [--samples N] [--only scalequest,promptfoo,evalite,lm-eval]
// The peers are installed on first use below ~/.cache/scalequest/bench-peers (npm), and lm-eval is taken from
// SCALEQUEST_LM_EVAL_PYTHON, an interpreter that has it. A peer that cannot be had is left out with the reason.
import { parseArgs } from 'node:util';
import { listHarnesses, loadPrompts, measureHarness } from './support/harnesses.mjs';
import { describeMachine, describeSpread, summarise } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    samples: { type: 'string', default: '1000' },
    latency: { type: 'string', default: '20' },
    only: { type: 'string', default: 'scalequest,promptfoo,evalite,lm-eval' },
  },
});
const runs = Number(values.runs);
const latencyMs = Number(values.latency);
const concurrency = 64;
const dataDir = process.env.SCALEQUEST_DATA_DIR;
const benchmark = dataDir === undefined ? 'math-embedded' : 'math';
const rows = await loadPrompts({ benchmark, dataDir, count: Number(values.samples) });
const samples = rows.length;
const harnesses = listHarnesses({
  ...{ benchmark, rows, concurrency, lmEvalPython: process.env.SCALEQUEST_LM_EVAL_PYTHON },
});

console.log(describeMachine());
console.log(`${samples} prompts of ${benchmark}, server at ${latencyMs} ms, concurrency ${concurrency}\n`);
const ideal = (concurrency * 1000) / latencyMs;
const medians = new Map();
for (const name of values.only.split(',')) {
  const ready = harnesses[name].prepare();
  if (ready.reason !== undefined) {
    console.log(`${name}: left out, ${ready.reason}\n`);
    continue;
  }
  const measured = [];
  for (let i = 0; i < runs; i++) measured.push(await measureHarness(harnesses[name], ready, { samples, latencyMs }));
  const seconds = measured.map(({ wallMs }) => wallMs / 1000);
  medians.set(name, summarise(seconds).median);
  console.log(`${name} ${ready.version}`);
  console.log(
    `  seconds from start to end: ${describeSpread(seconds, 2)} (ideal without a start: ${(samples / ideal).toFixed(2)})`,
  );
  console.log(
    `  processor time of a sample, ms: ${describeSpread(
      measured.map(({ cpuMs }) => cpuMs / samples),
      2,
    )}`,
  );
  console.log(
    `  peak resident memory, MB: ${describeSpread(
      measured.map(({ peakMb }) => peakMb),
      0,
    )}`,
  );
  const ours = medians.get('scalequest');
  if (ours !== undefined && name !== 'scalequest')
    console.log(`  ${(medians.get(name) / ours).toFixed(1)} times the time of scalequest`);
  console.log('');
}
