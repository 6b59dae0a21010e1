import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs a script of this folder, Python's or Node's, to its end.
 *
 * @returns the JSON of the last line that it prints
 */
export function runScript(program, script, { args = [], input = '' } = {}) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { status, stdout, stderr, error } = spawnSync(program, [path, ...args], {
    ...{ input, encoding: 'utf8', maxBuffer: 2 ** 30, timeout: 3_600_000 },
  });
  if (status !== 0)
    throw new Error(`${program} ${script} ended with ${status}: ${stderr?.slice(-2000)}`, { cause: error });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}
