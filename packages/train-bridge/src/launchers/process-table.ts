import { readdirSync, readFileSync } from 'node:fs';
import { isProcessAlive } from '@scalequest/core';

/** When a process began, in the kernel's ticks; null where /proc does not tell. */
export function readStart(pid: number): string | null {
  return readProcess(pid)?.started ?? null;
}

/** Whether the process of this number is still the one that began then, and has not ended. */
export function isStillAlive({ pid, started }: { readonly pid: number; readonly started: string | null }): boolean {
  if (!isProcessAlive(pid)) return false;
  const seen = readProcess(pid);
  if (seen === undefined) return started === null;
  // A process that has ended stays in the table until its parent asks for it, which a killed parent never does.
  return seen.state !== 'Z' && seen.state !== 'X' && (started === null || seen.started === started);
}

/** The children of a process; none where there is no /proc. */
export function listChildren(parent: number): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => readProcess(pid)?.parent === parent);
  } catch {
    return [];
  }
}

/** @param target negative for a process group */
export function sendSignal(target: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(target, signal);
  } catch {
    // It has ended by itself.
  }
}

interface SeenProcess {
  readonly state: string;
  readonly parent: number;
  readonly started: string;
}

function readProcess(pid: number): SeenProcess | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields 3, 4 and 22, counted behind the command name, which stands in parentheses and may hold spaces.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
