import { fstatSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError } from '../errors.ts';

/** Where the lines go. */
export interface OutputFiles {
  readonly out: string;
  /** Where those go that cannot be read; among the others where it is left out. */
  readonly bad?: string;
}

/** Before anything is written: no two of the files are one, under whatever names. */
export function checkFiles(file: string, { out, bad }: OutputFiles): void {
  if (bad === '-') {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: "Option '--bad' is -, and bad lines go to a file.",
      next: 'Give --bad a path.',
      fields: { option: '--bad' },
    });
  }
  if (isSameFile({ path: file, standard: 0 }, { path: out, standard: 1 })) throw sameFileError('The input', '--out');
  if (bad === undefined) return;
  if (isSameFile({ path: file, standard: 0 }, { path: bad })) throw sameFileError('The input', '--bad');
  if (isSameFile({ path: bad }, { path: out, standard: 1 })) throw sameFileError('--bad', '--out');
}

interface Place {
  readonly path: string;
  /** The number of the standard stream that `-` stands for. */
  readonly standard?: 0 | 1;
}

function isSameFile(a: Place, b: Place): boolean {
  const [one, other] = [a, b].map(identify);
  return one !== undefined && one === other;
}

/** What two names of a file share; undefined for a device or a pipe, which may be both input and output. */
function identify({ path, standard }: Place): string | undefined {
  try {
    const stats =
      path === '-' && standard !== undefined ? fstatSync(standard, { bigint: true }) : statSync(path, { bigint: true });
    return stats.isFile() ? `${stats.dev}:${stats.ino}` : undefined;
  } catch {
    return path === '-' ? undefined : resolve(path);
  }
}

function sameFileError(one: string, other: string): CliError {
  return new CliError({
    code: 'SAME_FILE',
    kind: 'request',
    what: `${one} and ${other} are one file.`,
    next: `Give ${other} another path.`,
    fields: { one, other },
  });
}
