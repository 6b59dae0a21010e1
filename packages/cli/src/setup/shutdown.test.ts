import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const module = new URL('../../dist/setup/shutdown.js', import.meta.url).href;

/** Sends itself that many signals in a process of its own, and says which of the two ways to end were asked for. */
function signal(times: number): { readonly status: number | null; readonly stdout: string } {
  const code = `
    const { listenForShutdown } = await import('${module}');
    const { stop, abort } = listenForShutdown(() => undefined);
    for (let i = 0; i < ${times}; i++) process.emit('SIGINT', 'SIGINT');
    console.log(stop.aborted, abort.aborted);
    process.exit(0);`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' });
  return { status, stdout: stdout.trim() };
}

test('the first signal stops, the second aborts, and the third ends the process', () => {
  expect(signal(1)).toEqual({ status: 0, stdout: 'true false' });
  expect(signal(2)).toEqual({ status: 0, stdout: 'true true' });
  expect(signal(3)).toEqual({ status: 130, stdout: '' });
});
