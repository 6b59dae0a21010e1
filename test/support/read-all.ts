import { readJsonLines } from '@scalequest/core';
import { getScoresPath, type Score } from '@scalequest/eval';

/** All values of a file of JSON lines. */
export async function readAll<T>(path: string): Promise<T[]> {
  const values: T[] = [];
  for await (const { value } of readJsonLines<T>(path)) values.push(value);
  return values;
}

/** What a grader said of each sample of a run, in the order of ids and epochs. */
export async function readScores(folder: string, grader = 'tests@1'): Promise<Score[]> {
  const scores = await readAll<Score>(getScoresPath(folder, grader));
  return scores.sort((a, b) => a.id.localeCompare(b.id) || a.epoch - b.epoch);
}
