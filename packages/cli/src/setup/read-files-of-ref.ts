import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { CliError } from '../errors.ts';

const run = promisify(execFile);

/** The `.json` files of a folder, relative to the current one, as they are at a git ref. */
export async function readFilesOfRef({
  ref,
  folder,
}: {
  readonly ref: string;
  readonly folder: string;
}): Promise<readonly { readonly name: string; readonly text: string }[]> {
  // A ref that begins with a dash would be an option.
  if (ref.startsWith('-')) throw badRefError(ref, 'It begins with a dash.');
  const commit = (await git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], ref)).trim();
  const names = (await git(['ls-tree', '--name-only', '-z', commit, `${folder.replaceAll('\\', '/')}/`], ref))
    .split('\0')
    .filter((name) => name.endsWith('.json'));
  const files: { readonly name: string; readonly text: string }[] = [];
  for (const path of names) files.push({ name: basename(path), text: await git(['show', `${commit}:./${path}`], ref) });
  return files;
}

async function git(args: readonly string[], ref: string): Promise<string> {
  try {
    return (await run('git', args, { maxBuffer: 256 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { stderr = '' } = error as { readonly stderr?: string };
    throw badRefError(ref, stderr.trim() === '' ? 'git finds no such commit here.' : stderr.trim());
  }
}

function badRefError(ref: string, why: string): CliError {
  return new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `Base '${ref}' is no folder of a leaderboard and cannot be read from git.`,
    why,
    next: 'Name a branch or commit that is here (`git fetch origin main`, then --base origin/main), or a folder that has results/.',
    fields: { ref },
  });
}
