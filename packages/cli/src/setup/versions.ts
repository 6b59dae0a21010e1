import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** The version in this package's manifest. */
export function readOwnVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
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

/** The commit of ScaleQuest's own checkout, or null where it is installed as a package. */
async function readGitCommit(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], {
      cwd: new URL('../..', import.meta.url),
    });
    return stdout.trim();
  } catch {
    return null;
  }
}
