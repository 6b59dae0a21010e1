// A million pairs of about 1.5 KB from a run folder to Parquet (zstd) in the Hugging Face layout: seconds and memory of a process
// of its own, held to two cores. The run is made first, with the engine and stages that write text; that is not timed.
// Usage: npm run bench -- synth-export [--rows 1000000] [--runs 3] [--folder DIR].
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hashFile } from '@scalequest/core';
import { runRecipe } from '@scalequest/synth';
import { createTextMaker } from './support/make-text.mjs';
import { measureProcess } from './support/measure-process.mjs';
import { describeMachine, describeSpread } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '3' },
    folder: { type: 'string' },
  },
});
const rows = Number(values.rows);
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'synth-export-'));
const run = join(folder, 'run');

const give = (name, needs, gives, make) => ({
  order: 'free',
  ...{ name, version: 1, settings: {}, needs, gives },
  open: async () => ({ judge: async (shard) => shard.rows.map((row) => ({ keep: make(row) })) }),
});

/** As a run of the real recipe leaves it: each stage's fields in a file of its own. */
const recipe = {
  name: 'export-benchmark',
  description: 'Pairs for a measurement.',
  generators: [
    { name: 'one', accept: rows / 2, rows: rows / 2 },
    { name: 'two', accept: rows / 2, rows: rows / 2 },
  ],
  stages: [
    give('generate', [], ['question'], ({ generator, index }) => ({
      question: createTextMaker(`${generator}/${index}/q`)(300),
    })),
    give('difficulty', [], ['difficulty'], ({ index }) => ({ difficulty: ((index * 7919) % 1000) / 1000 })),
    give('select', [], ['response', 'answer', 'rewards', 'selected'], ({ generator, index }) => ({
      response: createTextMaker(`${generator}/${index}/r`)(1200),
      answer: String(index % 997),
      rewards: [index % 7, 0.25, -1.5, (index % 101) / 10, 2],
      selected: { by: 'reward', position: index % 5, share: (1 + (index % 5)) / 5 },
    })),
  ],
};

/** What else the machine did: with more than two at work the seconds are others' too. */
const describeLoad = () => `processes at work on the machine in the last minute: ${loadavg()[0].toFixed(1)}`;

console.log(describeMachine());
if (!existsSync(join(run, 'manifest.jsonl'))) await runRecipe({ recipe, folder: run });
const script = `
import { writeDataset } from '@scalequest/synth';
const { configs: [{ rows, bytes, files, fileBytes }] } = await writeDataset({ run: ${JSON.stringify(run)}, out: process.argv[1], overwrite: true });
console.log(JSON.stringify({ rows, bytes, files: files.length, fileBytes }));
`;
const seconds = [];
const processor = [];
const peaks = [];
let told;
let first;
for (let time = 0; time < Number(values.runs); time++) {
  const out = join(folder, `out-${time}`);
  const { wallMs, cpuMs, peakMb, stdout } = await measureProcess(
    'taskset',
    ['-c', '0,1', process.execPath, '--input-type=module', '-e', script, out],
    { cwd: join(import.meta.dirname, '..') },
  );
  seconds.push(wallMs / 1000);
  processor.push(cpuMs / 1000);
  peaks.push(peakMb);
  told = JSON.parse(stdout);
  const hashes = [];
  for (const file of readdirSync(out, { recursive: true }).sort())
    if (statSync(join(out, file)).isFile()) hashes.push(`${file} ${await hashFile(join(out, file))}`);
  first ??= hashes.join('\n');
  if (hashes.join('\n') !== first) throw new Error(`Two calls wrote other bytes:\n${first}\n${hashes.join('\n')}`);
  if (time > 0) rmSync(out, { recursive: true });
}
const sizes = readdirSync(join(folder, 'out-0', 'data')).map(
  (file) => statSync(join(folder, 'out-0', 'data', file)).size,
);
console.log(`
rows: ${told.rows}, ${(told.bytes / told.rows / 1000).toFixed(2)} KB each, ${(told.bytes / 1e9).toFixed(2)} GB
Parquet: ${told.files} files, ${(told.fileBytes / 1e9).toFixed(2)} GB, the largest ${(Math.max(...sizes) / 1e6).toFixed(0)} MB; ${values.runs} calls wrote the same bytes
seconds: ${describeSpread(seconds)}; limit 40; ${describeLoad()}
processor seconds, of both cores together: ${describeSpread(processor)}
peak memory in MB: ${describeSpread(peaks, 0)}`);
if (values.folder === undefined) rmSync(folder, { recursive: true });
