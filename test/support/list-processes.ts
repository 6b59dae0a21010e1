import { readdirSync, readFileSync } from 'node:fs';

/** The processes whose command line has the text. @returns undefined where the system does not tell */
export function listProcesses(text: string): readonly number[] | undefined {
  if (process.platform !== 'linux') return undefined;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readCommandLine(pid).includes(text))
    .map(Number);
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It is gone.
    return '';
  }
}
