import { execFileSync } from 'node:child_process';

/** Builds once before the tests, unless Nx runs them: it has built already. */
export default function setup(): void {
  if (process.env.NX_TASK_TARGET_TARGET !== undefined) return;
  for (const command of [['node_modules/typescript/bin/tsc', '--build'], ['tools/bundle-verifier.mjs']]) {
    execFileSync(process.execPath, command, { cwd: import.meta.dirname, stdio: 'inherit' });
  }
}
