import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** Writes one file after the other, and ends when the folder is gone or it has written for half a second. */
const write = `
  const { writeFileSync } = require('node:fs');
  const end = Date.now() + 500;
  console.log('begun');
  for (let i = 0; Date.now() < end; i++) writeFileSync(process.argv[1] + '/' + i, '');`;

test('a folder is removed though another process still writes there', async () => {
  const folder = makeTemporaryFolder();
  const writer = spawn(process.execPath, ['--eval', write, folder.path], { stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = once(writer, 'close');
  await once(writer.stdout, 'data');
  folder[Symbol.dispose]();
  expect(existsSync(folder.path)).toBe(false);
  await closed;
});
