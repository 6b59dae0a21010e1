// Questions made of real ones: sentences of several questions in a row, every third word and every number drawn anew, so that
// rows are as many as are asked for and no two are alike by accident. Some repeat or edit an earlier row, some are in another
// language, some hold a test question: the filters have something to find.

import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { LineSplitter } from '@scalequest/core';
import { createDraw } from './random.mjs';
import { readDataRows } from './read-data-rows.mjs';

const shares = { repeated: 0.02, edited: 0.04, foreign: 0.03, leaked: 0.002 };

/** Writes `{ index, question, kind }` lines, the same ones for the same count. */
export async function writeQuestions(path, count) {
  const draw = createDraw('synth-filters');
  const pick = (list) => list[Math.floor(draw() * list.length)];
  const sources = [
    ...(await readDataRows('benchmark/math/train.jsonl.gz')),
    ...(await readDataRows('benchmark/gsm8k/train.jsonl.gz')),
  ];
  const sentences = sources
    .flatMap((row) => (row.problem ?? row.question).split(/(?<=[.?!])\s+(?=[A-Z])/))
    .filter((one) => one.length > 15 && one.length < 300);
  const words = sentences.flatMap((one) => one.match(/(?<![\\$\w])[a-z]{4,}(?!\w)/g) ?? []);
  const foreign = readFileSync('packages/synth/cases/foreign-questions.jsonl', 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).question);
  const tests = [
    ...(await readDataRows('benchmark/math/test.jsonl.gz')).map((row) => row.problem),
    ...(await readDataRows('benchmark/gsm8k/test.jsonl.gz')).map((row) => row.question),
  ];
  const renew = (text) =>
    text
      .replace(/(?<![\\$\w])[a-z]{4,}(?!\w)/g, (word) => (draw() < 1 / 3 ? pick(words) : word))
      .replace(/\d+/g, (number) => String(1 + Math.floor(draw() * 10 ** number.length)));
  const makeNew = () => {
    const parts = [];
    for (let length = 0; length < 150 + draw() * 150 && parts.length < 4; length += parts.at(-1).length)
      parts.push(renew(pick(sentences)));
    return parts.join(' ');
  };
  const file = createWriteStream(path);
  const recent = [];
  const kinds = {};
  for (let index = 0; index < count; index++) {
    const kind = pickKind(draw(), recent.length > 100);
    let question;
    if (kind === 'repeated') question = pick(recent).replaceAll(' ', draw() < 0.5 ? '  ' : '\n');
    else if (kind === 'edited') question = pick(recent).replace(/\d+/, (number) => String(Number(number) + 1));
    else if (kind === 'foreign') question = `${pick(foreign)} (${index})`;
    else if (kind === 'leaked') question = pick(tests).toUpperCase();
    else question = makeNew();
    if (kind === 'new' && recent.length < 50_000) recent.push(question);
    else if (kind === 'new' && draw() < 0.05) recent[Math.floor(draw() * recent.length)] = question;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (!file.write(`${JSON.stringify({ index, question, kind })}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  return kinds;
}

function pickKind(at, hasRecent) {
  let from = 0;
  for (const [kind, share] of Object.entries(shares)) {
    if (at >= from && at < from + share) return hasRecent || kind === 'foreign' || kind === 'leaked' ? kind : 'new';
    from += share;
  }
  return 'new';
}

/** The rows of such a file, so many at a time. */
export async function* readShards(path, size) {
  const splitter = new LineSplitter(2 ** 20);
  let rows = [];
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    for (const { bytes } of splitter.push(chunk)) {
      rows.push(JSON.parse(bytes));
      if (rows.length < size) continue;
      yield rows;
      rows = [];
    }
  }
  if (rows.length > 0) yield rows;
}
