import { type PythonProgram, parseOrLocate } from './parse-python.ts';
import { readPythonLines } from './python-lines.ts';

/** Lines of a text, first and last included, counted from 0. */
export interface LineRun {
  readonly first: number;
  readonly last: number;
}

export interface LongestProgram extends LineRun {
  readonly program: PythonProgram;
}

/**
 * The run of at least two lines that parses as Python and has the most lines that are not empty; of several, the one that
 * begins first and then the one that ends first. What lies around it, such as prose, is left out.
 */
export function findLongestProgram(lines: readonly string[]): LongestProgram | undefined {
  const filled = countFilled(lines);
  const count = ({ first, last }: LineRun): number => (filled[last + 1] as number) - (filled[first] as number);
  let best: LongestProgram | undefined;
  const effort = startSearch();
  for (let first = 0; first < lines.length - 1; first++) {
    const least = best === undefined ? 1 : count(best) + 1;
    if (count({ first, last: lines.length - 1 }) < least) break;
    // An indented beginning is refused at once, and so costs nothing.
    const found = findLongestFrom(lines, first, (last) => count({ first, last }) >= least, effort);
    if (found === undefined) continue;
    // Empty lines at its end do not count.
    let { last } = found;
    while (last > first + 1 && count({ first, last: last - 1 }) === count(found)) {
      const shorter = parseOrLocate(join(lines, { first, last: last - 1 }));
      if (typeof shorter === 'number') break;
      last--;
    }
    best = { first, last, program: last === found.last ? found.program : parseRun(lines, { first, last }) };
  }
  return best;
}

/** What a search may still read. One that is used up finds nothing more. */
export interface Effort {
  characters: number;
}

/** The most of a reply that is searched, in characters: a program is no longer. */
export const longestSearched = 500_000;

/** Some seconds' worth: no reply but one that repeats itself for a hundred thousand letters takes a tenth of it. */
export function startSearch(): Effort {
  return { characters: 100_000_000 };
}

/** The longest run from a line on that parses and is long enough. */
export function findLongestFrom(
  lines: readonly string[],
  first: number,
  isEnough: (last: number) => boolean,
  effort: Effort = startSearch(),
): LongestProgram | undefined {
  if (effort.characters <= 0) return undefined;
  let last = findReach(lines, first, effort);
  const text = join(lines, { first, last });
  effort.characters -= text.length;
  const { isClosed } = readPythonLines(text);
  let end = text.length;
  for (; last > first && isEnough(last) && effort.characters > 0; last--) {
    // What is wrong before the end of a line is wrong with every line behind it.
    const run = text.slice(0, end);
    if (isClosed[last - first] === true) {
      effort.characters -= run.length;
      const parsed = parseOrLocate(run);
      if (typeof parsed !== 'number') return { first, last, program: parsed };
      while (end - (lines[last] as string).length > parsed && last > first) {
        end -= (lines[last] as string).length + 1;
        last--;
      }
    }
    end -= (lines[last] as string).length + 1;
  }
  return undefined;
}

/** How many lines are looked at first, and by how much more each time that they hold no error. */
const leastReach = 8;

/**
 * A line that no run from the first one gets beyond, or the last line. Most of what is no Python is so within a line, and
 * a long reply is not to be read anew from each of its lines.
 */
function findReach(lines: readonly string[], first: number, effort: Effort): number {
  for (let count = leastReach; first + count < lines.length; count *= leastReach) {
    const last = first + count - 1;
    const text = join(lines, { first, last });
    effort.characters -= text.length;
    // What is open at its end may be closed behind it, and is no error until then.
    if (/\\\r?$/.test(lines[last] as string) || readPythonLines(text).isClosed.at(-1) === false) continue;
    const parsed = parseOrLocate(text);
    if (typeof parsed === 'number' && parsed < findLastStatement(lines, { first, last })) return last;
  }
  return lines.length - 1;
}

/** The index in the text of a run of its last line that is neither empty nor a comment: a block may go on behind those. */
function findLastStatement(lines: readonly string[], { first, last }: LineRun): number {
  let at = last;
  while (at > first && !/^\s*[^\s#]/.test(lines[at] as string)) at--;
  return join(lines, { first, last: at }).lastIndexOf('\n') + 1;
}

function join(lines: readonly string[], { first, last }: LineRun): string {
  return lines.slice(first, last + 1).join('\n');
}

function parseRun(lines: readonly string[], run: LineRun): PythonProgram {
  return parseOrLocate(join(lines, run)) as PythonProgram;
}

/** How many of the first n lines are not empty. */
function countFilled(lines: readonly string[]): readonly number[] {
  const counts = [0];
  for (const line of lines) counts.push((counts.at(-1) as number) + (line.trim() === '' ? 0 : 1));
  return counts;
}
