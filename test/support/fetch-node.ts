import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * What strangers run beside the Node of this machine: the newest release that calls itself an LTS, and the newest of
 * the line that becomes the LTS in October 2026 and in whose releases that is not written yet.
 */
export const newerNodes: readonly string[] = ['24.21.0', '26.10.0'];

export type FetchedNode = { readonly path: string; readonly missing?: undefined } | { readonly missing: string };

/**
 * Node itself from the registry of npm, into a folder; or why it cannot be had here: npm has a package of it for most
 * systems, not for all, and there may be no registry.
 */
export async function fetchNode(version: string, folder: string): Promise<FetchedNode> {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"name":"nodes","private":true}');
  const path = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  try {
    const args = ['install', '--ignore-scripts', '--prefer-offline', '--fetch-retries=1', `${name}@${version}`];
    await run('npm', args, { cwd: folder, timeout: 150_000 });
    const { stdout } = await run(path, ['--version']);
    if (stdout.trim() !== `v${version}`) throw new Error(`${path} says that it is ${stdout.trim()}.`);
    return { path };
  } catch (error) {
    const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
    const why = (stderr || message).replaceAll(/^npm warn .*\n/gm, '').trim();
    return { missing: `${name}@${version} cannot be had or run here: ${why.slice(0, 300)}` };
  }
}
