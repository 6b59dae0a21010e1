import { execFileSync } from 'node:child_process';

/** Builds once before the tests, unless Nx runs them: it has built already. */
export default function setup(): void {
  if (process.env.NX_TASK_TARGET_TARGET !== undefined) return;
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--build'], {
    cwd: import.meta.dirname,
    stdio: 'inherit',
  });
}
