// Runs stages over a file of questions as a recipe does: shards of 2,048 rows, eight on their way at once, what the search for duplicates
// remembers written beside. Prints what they did as JSON.
// Usage: node filter-questions.mjs ROWS SCRATCH language,duplicates,decontaminate
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decontaminate, filterLanguage, removeDuplicates } from '@scalequest/synth';
import { readShards } from './recombine-questions.mjs';

const [path, scratch, names] = process.argv.slice(2);
const data = { dataDir: process.env.SCALEQUEST_DATA_DIR, cacheDir: join(scratch, 'cache') };
const make = {
  language: () => filterLanguage(),
  duplicates: () => removeDuplicates(),
  decontaminate: () =>
    decontaminate({ data, benchmarks: ['math', 'gsm8k', 'college-math', 'olympiadbench', 'aime24', 'amc23'] }),
};
const { signal } = new AbortController();
const stages = [];
for (const name of names.split(',')) {
  const stage = make[name]();
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  stages.push({ name, folder, run: await stage.open({ seed: 0, scratch: folder, signal }), last: Promise.resolve() });
}
const drops = {};
const byKind = {};
let rows = 0;
let kept = 0;

async function judge({ run, folder, last }, shard, turn) {
  if (run.remember === undefined) return await run.judge(shard);
  const prepared = await run.prepare(shard);
  await last;
  const { decisions, memory } = run.judge(shard, prepared);
  writeFileSync(join(folder, `${shard.number}.memory`), memory);
  turn();
  return decisions;
}

async function filter(number, found, turns) {
  let left = found.map(({ index, question, kind }) => ({ generator: 'rows', index, kind, fields: { question } }));
  for (const [place, stage] of stages.entries()) {
    const decisions = await judge(
      { ...stage, last: turns[place].last },
      { generator: 'rows', number, rows: left, signal },
      turns[place].pass,
    );
    left = left.filter(({ kind }, at) => {
      const { drop } = decisions[at];
      if (drop === undefined) return true;
      drops[drop] = (drops[drop] ?? 0) + 1;
      byKind[kind] ??= {};
      byKind[kind][drop] = (byKind[kind][drop] ?? 0) + 1;
      return false;
    });
  }
  kept += left.length;
}

const startedAt = performance.now();
const under = new Set();
let number = 0;
for await (const found of readShards(path, 2048)) {
  rows += found.length;
  const turns = stages.map((stage) => {
    const { last } = stage;
    let pass;
    stage.last = new Promise((resolve) => {
      pass = resolve;
    });
    return { last, pass };
  });
  const end = filter(number++, found, turns).finally(() => under.delete(end));
  under.add(end);
  if (under.size >= 8) await Promise.race(under);
}
await Promise.all(under);
const seconds = (performance.now() - startedAt) / 1000;
for (const { run } of stages) await run.close();
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(
  JSON.stringify({
    rows,
    kept,
    drops,
    byKind,
    seconds,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMb: maxRSS / 1024,
  }),
);
