import { join } from 'node:path';
import { extractAnswer } from '../extract/extract-answer.ts';
import { readAnswerCases, readData } from './read-cases.ts';

/** The reference of one problem of a benchmark. */
export interface Reference {
  readonly benchmark: string;
  readonly id: string;
  readonly text: string;
}

interface Row {
  readonly id?: unknown;
  readonly idx?: unknown;
  readonly solution?: unknown;
  readonly answer?: unknown;
  readonly final_answer?: readonly unknown[];
}

type Read = (row: Row) => unknown;

/** MATH has its reference in the last box of the solution, GSM8K behind the marks of the answer. */
const extract: Read = (row) => {
  const extraction = extractAnswer(String(row.solution ?? row.answer));
  return extraction.status === 'found' ? extraction.answer : '';
};

const benchmarks: Readonly<Record<string, Read>> = {
  math: extract,
  gsm8k: extract,
  olympiadbench: (row) => row.final_answer?.[0],
  'college-math': (row) => row.answer,
  aime24: (row) => row.answer,
  amc23: (row) => row.answer,
};

/** The references of every mathematical benchmark of the data folder; those of the general cases where there is none. */
export async function readReferences(dataDir: string | undefined): Promise<readonly Reference[]> {
  if (dataDir === undefined) return readOwnReferences();
  const references: Reference[] = [];
  for (const [benchmark, read] of Object.entries(benchmarks)) {
    let line = 0;
    for await (const row of readData<Row>(join(dataDir, 'benchmark', benchmark, 'test.jsonl.gz'))) {
      references.push({ benchmark, id: String(row.id ?? row.idx ?? line), text: String(read(row)) });
      line++;
    }
  }
  return references;
}

function readOwnReferences(): readonly Reference[] {
  const rows = readAnswerCases().filter(({ capability }) => capability === 'general');
  const texts = new Set(rows.map(({ reference }) => reference));
  return [...texts].map((text) => ({ benchmark: 'own-cases', id: text, text }));
}
