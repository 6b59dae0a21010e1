import { readdirSync, readFileSync } from 'node:fs';

/** A process, told from a later one that has its id by when it began. */
export interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  readonly startedAt: string;
  readonly command: string;
  /** By a signal: it goes on when it is sent SIGCONT. */
  readonly isStopped: boolean;
}

function readProcess(pid: number): SeenProcess | undefined {
  try {
    // The name of the program, in parentheses, may hold blanks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // What has ended and is not yet read by its parent is gone.
    if (fields[0] === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid, parent: Number(fields[1]), startedAt: fields[19] ?? '', command, isStopped: fields[0] === 'T' };
  } catch {
    return undefined;
  }
}

/** All that descend from a process. */
export function listDescendants(root: number = process.pid): readonly SeenProcess[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : []));
  const family: SeenProcess[] = [];
  const parents = [root];
  for (const parent of parents) {
    for (const one of all) {
      if (one.parent !== parent || family.includes(one)) continue;
      family.push(one);
      parents.push(one.pid);
    }
  }
  return family;
}

/** Those that still live. */
export function listLiving(seen: readonly SeenProcess[]): readonly SeenProcess[] {
  return seen.filter(({ pid, startedAt }) => readProcess(pid)?.startedAt === startedAt);
}
