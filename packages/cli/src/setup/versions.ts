import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The version in this package's manifest. */
export function readOwnVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
}

/** What a run records of the software that made it. */
export function describeVersions(): Readonly<Record<string, string | null>> {
  return {
    scalequest: readOwnVersion(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    git: readGitCommit(),
  };
}

/** The commit of ScaleQuest's own checkout, or null where it is installed as a package. */
function readGitCommit(): string | null {
  try {
    const cwd = new URL('../..', import.meta.url);
    const text = execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.trim();
  } catch {
    return null;
  }
}
