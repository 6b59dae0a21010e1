import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDataRows } from '../read-data-rows.mjs';

/** The text of every problem that a pair may be about, by `benchmark qid`. */
async function readProblems() {
  const [gsm8k, math500, math, ids] = await Promise.all(
    ['gsm8k/test', 'math-500/test', 'math/test', 'math/test-unique-id'].map((name) =>
      readDataRows(`benchmark/${name}.jsonl.gz`),
    ),
  );
  return new Map([
    ...gsm8k.map(({ question }, i) => [`gsm8k ${i}`, question]),
    ...math500.map(({ unique_id: id, problem }) => [`math-500 ${id}`, problem]),
    ...ids.map(({ unique_id: id }, i) => [`math ${id}`, math[i].problem]),
  ]);
}

/** Every verifier-pair that has an answer. */
export async function readPairs() {
  const problems = await readProblems();
  const rows = await readDataRows('generations-derived/verifier-pairs.jsonl.gz');
  return rows
    .filter(({ answer }) => answer !== null)
    .map(({ id, benchmark, qid, gold, answer, tolerance }) => ({
      kind: 'pair',
      id: `${id}`,
      set: benchmark,
      reference: gold,
      candidate: answer,
      ...(problems.has(`${benchmark} ${qid}`) ? { problem: problems.get(`${benchmark} ${qid}`) } : {}),
      ...(tolerance === null ? {} : { tolerance: String(tolerance) }),
    }));
}

const replyFiles = {
  'gsm8k/openai-6b-finetuning': ({ solution }) => [solution],
  'gsm8k/openai-175b-verification': ({ solution }) => [solution],
  'gsm8k/rho-math-7b-v0.1': ({ code }) => code,
  'gsm8k/tora-code-34b-v1.0': ({ code }) => code,
  'math/nemo-skills-train50-rs0': ({ generation }) => [generation],
  'math/nemo-skills-train50-rs1': ({ generation }) => [generation],
  'math/qwen-math-cot-100x8': ({ code }) => code,
  'math-500/rho-math-1b-v0.1': ({ code }) => code,
  'math-500/rho-math-7b-interpreter-v0.1': ({ code }) => code,
  'math-500/qwen3-0.6b-answers': ({ prediction }) => [prediction],
};

/** Replies of the recorded files, as models wrote them. The id is the file, the line and the sample. */
export async function readReplies() {
  const files = await Promise.all(
    Object.entries(replyFiles).map(async ([name, read]) => {
      const rows = await readDataRows(`generations/${name}.jsonl.gz`);
      return rows.flatMap((row, line) =>
        read(row).map((reply, sample) => ({
          kind: 'reply',
          id: `${name}:${line}:${sample}`,
          set: 'replies',
          reply,
          problem: row.question ?? row.problem ?? '',
        })),
      );
    }),
  );
  return files.flat();
}

const ownCases = join(import.meta.dirname, '..', '..', '..', 'packages', 'verifier', 'cases');

/** Every eighth pair of the verifier's own cases, and pairs and replies written for the profiles. */
export function readOwnCases() {
  const read = (file) =>
    readFileSync(join(ownCases, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const all = readdirSync(join(ownCases, 'answers')).flatMap((file) =>
    read(`answers/${file}`).map(({ reference, candidate }, i) => ({
      kind: 'pair',
      id: `${file}:${i + 1}`,
      set: 'own cases',
      reference,
      candidate,
    })),
  );
  const special = read('profiles/cases.jsonl').map((row, i) => ({ id: `special:${i + 1}`, set: 'special', ...row }));
  return [...all.filter((_, i) => i % 8 === 0), ...special];
}
