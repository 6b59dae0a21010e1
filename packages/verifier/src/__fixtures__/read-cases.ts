import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { Verdict } from '../types.ts';

/** One pair of answers and its verdict. */
export interface AnswerCase {
  readonly reference: string;
  readonly candidate: string;
  readonly verdict: Verdict;
  /** Why, from the mathematics. */
  readonly source: string;
  /** The file that it stands in, which is named for a capability. */
  readonly capability: string;
}

/** Every row of `cases/answers/`, one file for each capability. */
export function readAnswerCases(): AnswerCase[] {
  const files = readdirSync(new URL('../../cases/answers', import.meta.url)).sort();
  return files.flatMap((file) =>
    readCases<Omit<AnswerCase, 'capability'>>(`answers/${file}`).map((row) => ({
      ...row,
      capability: file.replace('.jsonl', ''),
    })),
  );
}

/** The rows of a file in `cases/`. */
export function readCases<Row>(name: string): Row[] {
  const text = readFileSync(new URL(`../../cases/${name}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** The rows of a file of the data folder, one at a time. */
export async function* readData<Row>(path: string): AsyncGenerator<Row> {
  for await (const line of createInterface({ input: createReadStream(path).pipe(createGunzip()) })) {
    if (line !== '') yield JSON.parse(line) as Row;
  }
}
