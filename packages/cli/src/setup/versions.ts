import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const packageFolder = new URL('../../', import.meta.url);

/** The version in this package's manifest. */
export function readOwnVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
}

/** What a run records of the software that made it. */
export async function describeVersions(): Promise<Readonly<Record<string, string | null>>> {
  return {
    scalequest: readOwnVersion(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    git: await readGitCommit(),
  };
}

/**
 * The commit of ScaleQuest's own checkout, with `-dirty` where tracked files differ from it. Null where it is installed
 * as a package, also inside a user's repository: that one's commit says nothing about ScaleQuest.
 */
async function readGitCommit(): Promise<string | null> {
  try {
    const [commit, changes] = await Promise.all([
      askGit('rev-parse', 'HEAD'),
      // Without its optional lock this gets in the way of no commit that is made meanwhile.
      askGit('--no-optional-locks', 'status', '--porcelain', '--untracked-files=no'),
      // Fails where the repository around this package does not hold it.
      askGit('ls-files', '--error-unmatch', 'package.json'),
    ]);
    return changes === '' ? commit : `${commit}-dirty`;
  } catch {
    return null;
  }
}

async function askGit(...args: readonly string[]): Promise<string> {
  // A hook or a script may name another repository through the environment.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const { stdout } = await promisify(execFile)('git', args, { cwd: packageFolder, env, timeout: 2000 });
  return stdout.trim();
}
