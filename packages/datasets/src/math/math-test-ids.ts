import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Six bytes of the hash tell the 5,000 problems apart and make a chance hit of a foreign text a matter of 1 in 10^10. */
export function hashProblemText(problem: string): string {
  return hash('sha256', problem.trim(), 'base64url').slice(0, 8);
}

let idsByHash: ReadonlyMap<string, string> | undefined;

/** The name of the original file of a MATH test problem, such as `test/algebra/2584.json`, or undefined. */
export function findMathTestId(problem: string): string | undefined {
  idsByHash ??= readTable(readFileSync(new URL('../../data/math-test-ids.txt', import.meta.url), 'utf8'));
  return idsByHash.get(hashProblemText(problem));
}

/** A line that is a subject's folder begins a section; the lines of a section are number and hash. */
function readTable(text: string): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  let folder = '';
  for (const line of text.split('\n')) {
    const [first = '', hash] = line.split(' ');
    if (line.startsWith('#') || first === '') continue;
    if (hash === undefined) folder = first;
    else table.set(hash, `test/${folder}/${first}.json`);
  }
  return table;
}
