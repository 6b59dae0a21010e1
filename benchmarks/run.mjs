// `npm run bench -- NAME [options]`: runs one benchmark, or lists them.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
  .map((file) => file.replace('.mjs', ''));
const [name, ...args] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  console.log(`Give one of: ${names.join(', ')}`);
  process.exitCode = 2;
} else {
  const run = (command) => spawnSync(process.execPath, command, { stdio: 'inherit' }).status;
  process.exitCode =
    run(['node_modules/typescript/bin/tsc', '--build']) ||
    run(['tools/bundle-verifier.mjs']) ||
    run([join(import.meta.dirname, `${name}.mjs`), ...args]);
}
