// Writes data/math-test-ids.txt: which original file each MATH test problem stands in, by a hash of its text.
// The table holds no problem text. It needs the package built, and the data folder:
//   node packages/datasets/scripts/write-math-ids.mjs DATA_DIR
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonLines } from '@scalequest/core';
import { hashProblemText } from '../dist/math/math-test-ids.js';

const dataDir = process.argv[2];
if (dataDir === undefined) {
  console.error('Usage: node packages/datasets/scripts/write-math-ids.mjs DATA_DIR');
  process.exit(2);
}

const idsByIndex = new Map();
for await (const { value } of readJsonLines(join(dataDir, 'benchmark/math/test-unique-id.jsonl.gz'))) {
  idsByIndex.set(value.idx, value.unique_id);
}

const sections = new Map();
const hashes = new Set();
for await (const { value } of readJsonLines(join(dataDir, 'benchmark/math/test.jsonl.gz'))) {
  const [, folder, file] = idsByIndex.get(value.idx).split('/');
  const hash = hashProblemText(value.problem);
  if (hashes.has(hash)) throw new Error(`Two problems share the hash ${hash}. Make the hash longer.`);
  hashes.add(hash);
  const lines = sections.get(folder) ?? [];
  lines.push({ number: Number.parseInt(file, 10), hash });
  sections.set(folder, lines);
}

const text = [...sections]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([folder, lines]) => {
    const rows = lines.sort((a, b) => a.number - b.number).map(({ number, hash }) => `${number} ${hash}`);
    return `${folder}\n${rows.join('\n')}\n`;
  })
  .join('');
const header =
  '# Made by scripts/write-math-ids.mjs: number of the original file, first 6 bytes of SHA-256 of its text.\n';
writeFileSync(new URL('../data/math-test-ids.txt', import.meta.url), header + text);
console.log(`${hashes.size} problems`);
