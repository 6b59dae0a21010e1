// `npm test`: the build, the static checks and every test runner, then one line that sums them up.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'scalequest-tests-'));
const countsFile = join(folder, 'vitest.json');
const total = { passed: 0, failed: 0, skipped: 0 };

/** Runs a program of node_modules; true where it ended well. */
function run(title, bin, args, env = {}) {
  console.log(`\n== ${title}`);
  const command = join('node_modules', '.bin', bin);
  return spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status === 0;
}

/** A static check counts as one test. */
function check(title, bin, args) {
  const isGood = run(title, bin, args);
  total[isGood ? 'passed' : 'failed']++;
  return isGood;
}

function runVitest() {
  const reporters = ['--reporter=default', '--reporter=./tools/count-reporter.mjs'];
  // The build is done: the tests need not ask for it again.
  const isGood = run('tests', 'vitest', ['run', ...reporters, ...process.argv.slice(2)], {
    SCALEQUEST_TEST_COUNTS: countsFile,
    NX_TASK_TARGET_TARGET: 'test',
  });
  let counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    counts = JSON.parse(readFileSync(countsFile, 'utf8'));
  } catch {
    console.log('vitest ended without a count.');
  }
  // A runner that failed without a failed test, as when it cannot start, is still a failure.
  if (!isGood && counts.failed === 0) counts.failed = 1;
  for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
}

if (process.env.SCALEQUEST_DATA_DIR === undefined) {
  console.log('SCALEQUEST_DATA_DIR is not set: tests on real benchmarks and recorded replies are skipped.');
}
if (check('build', 'tsc', ['--build'])) {
  check('types of the tests', 'tsc', ['--noEmit', '-p', 'tsconfig.tests.json']);
  check('format and lint', 'biome', ['check', '--error-on-warnings', '.']);
  check('unused code and dependencies', 'knip', []);
  runVitest();
}
rmSync(folder, { recursive: true, force: true });
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed === 0 ? 0 : 1;
