// `npm test`: the build, the static checks and every test runner, then one line that sums them up.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { prepareBubblewrap } from './prepare-bubblewrap.mjs';
import { prepareForeignPython } from './prepare-foreign-python.mjs';
import { prepareRayPython } from './prepare-ray-python.mjs';
import { prepareTrainingPython } from './prepare-training-python.mjs';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'scalequest-tests-'));
const countsFile = join(folder, 'vitest.json');
const total = { passed: 0, failed: 0, skipped: 0 };
/** Test processes that ended before their files did, and what they left unfinished, in words. */
const lost = [];
/** Tests that failed, and passed when they were tried again, each with its first error. */
const again = [];

/** The script behind a program of node_modules. Those in `.bin` are shell scripts on some systems. */
function findScript(packageName, bin) {
  const folder = join(root, 'node_modules', packageName);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[bin]);
}

/** Runs a program of a package, or a script of this repository; true where it ended well. */
function run(title, [packageName, bin = packageName], args, env = {}) {
  console.log(`\n== ${title}`);
  const script = packageName.startsWith('tools/') ? join(root, packageName) : findScript(packageName, bin);
  const command = [script, ...args];
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit', env: { ...process.env, ...env } });
  return status === 0;
}

/** A static check counts as one test. */
function check(title, program, args) {
  const isGood = run(title, program, args);
  total[isGood ? 'passed' : 'failed']++;
  return isGood;
}

function runVitest(env) {
  const reporters = ['--reporter=default', '--reporter=./tools/count-reporter.mjs'];
  // The build is done: the tests need not ask for it again.
  const isGood = run('tests', ['vitest'], ['run', '--retry=1', ...reporters, ...process.argv.slice(2)], {
    SCALEQUEST_TEST_COUNTS: countsFile,
    NX_TASK_TARGET_TARGET: 'test',
    ...env,
  });
  let counts = { passed: 0, failed: 0, skipped: 0, again: [], lost: [] };
  try {
    counts = JSON.parse(readFileSync(countsFile, 'utf8'));
  } catch {
    console.log('vitest ended without a count.');
  }
  // A runner that failed without a failed test, as when it cannot start, is still a failure.
  if (!isGood && counts.failed === 0) counts.failed = 1;
  for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
  again.push(...counts.again);
  lost.push(...counts.lost);
}

/**
 * The tests of the Python worker, in two processes side by side: those that train twice and compare, and all others.
 * Without an environment for them they count as one that is skipped.
 */
async function runPytest(setUp) {
  console.log('\n== tests of the Python worker');
  if (setUp?.testPackages === undefined) {
    console.log(`Skipped: there is no ${setUp === undefined ? 'Python with torch' : 'pytest'} (see above).`);
    total.skipped++;
    return;
  }
  const suite = join(root, 'packages', 'train-bridge', 'python');
  const long = join(suite, 'tests', 'test_resume.py');
  const env = {
    ...process.env,
    PYTHONPATH: [setUp.testPackages, suite].join(delimiter),
    OMP_NUM_THREADS: '1',
    MKL_NUM_THREADS: '1',
  };
  await Promise.all([[long], [suite, `--ignore=${long}`]].map((paths) => runPytestOn(paths, setUp.python, env)));
}

/**
 * Where Python keeps what it has compiled: each start of a worker imports torch and transformers, of which the most is
 * compiling. Outside of the repository and of the environment, which stays as its users have it.
 */
function keepBytecode({ cacheDir }) {
  // Set to nothing it is as if it were not set.
  process.env.PYTHONDONTWRITEBYTECODE = '';
  process.env.PYTHONPYCACHEPREFIX = join(cacheDir, 'python', 'bytecode');
}

async function runPytestOn(paths, python, env) {
  const reportFile = join(folder, `pytest-${paths.length}.xml`);
  const args = ['-m', 'pytest', '-p', 'no:cacheprovider', '--reruns=1', `--junitxml=${reportFile}`, ...paths];
  const [status] = await once(spawn(python, args, { stdio: 'inherit', env }), 'exit');
  let report = '';
  try {
    report = readFileSync(reportFile, 'utf8');
  } catch {
    console.log('pytest ended without a report.');
  }
  const read = (name) => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(report)?.[1] ?? 0);
  const failed = read('failures') + read('errors');
  again.push(...listTriedAgain(report).map((name) => `${name}\nIts error stands above, in pytest's summary.`));
  total.passed += read('tests') - failed - read('skipped');
  total.skipped += read('skipped');
  // A runner that failed without a failed test, as when it cannot start, is still a failure.
  total.failed += failed === 0 && status !== 0 ? 1 : failed;
}

/** The tests that a report of pytest has more than once, of which the last did not fail: each has a line for each try. */
function listTriedAgain(report) {
  const tries = new Map();
  for (const [, file, name, end] of report.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"[^>]*?(\/?)>/g)) {
    const key = `${file}::${name}`;
    tries.set(key, { count: (tries.get(key)?.count ?? 0) + 1, hasPassed: end === '/' });
  }
  return [...tries].filter(([, { count, hasPassed }]) => count > 1 && hasPassed).map(([key]) => key);
}

if (process.env.SCALEQUEST_DATA_DIR === undefined) {
  console.log('SCALEQUEST_DATA_DIR is not set: tests on real benchmarks and recorded replies are skipped.');
}
if (check('build', ['typescript', 'tsc'], ['--build']) && check('bundle', ['tools/bundle-verifier.mjs'], [])) {
  check('types of the tests', ['typescript', 'tsc'], ['--noEmit', '-p', 'tsconfig.tests.json']);
  check(
    'types of the playground',
    ['typescript', 'tsc'],
    ['--noEmit', '-p', 'packages/verifier/playground/tsconfig.json'],
  );
  check('format and lint', ['@biomejs/biome', 'biome'], ['check', '--error-on-warnings', '.']);
  check('unused code and dependencies', ['knip'], []);
  check('leaderboard', ['nx'], ['run', 'eval:leaderboard', '--check']);
  console.log('\n== bubblewrap for the tests of the sandbox');
  prepareBubblewrap((line) => console.log(line));
  console.log('\n== Python for the tests that train');
  const { readEnvironment } = await import('@scalequest/core');
  keepBytecode(readEnvironment());
  const setUp = await prepareTrainingPython((line) => console.log(line));
  console.log('\n== Python for the tests on logs of other systems');
  const foreign = await prepareForeignPython((line) => console.log(line));
  console.log('\n== Python for the tests on a Ray cluster');
  const ray = await prepareRayPython((line) => console.log(line));
  runVitest({
    ...(setUp === undefined ? {} : { SCALEQUEST_TEST_PYTHON: setUp.python }),
    ...(foreign === undefined ? {} : { SCALEQUEST_FOREIGN_PYTHON: foreign }),
    ...(ray === undefined ? {} : { SCALEQUEST_RAY_PYTHON: ray }),
  });
  // Whoever names tests of vitest wants those.
  if (process.argv.length === 2) await runPytest(setUp);
}
rmSync(folder, { recursive: true, force: true });
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
// Said once more here: a log may be read from its end.
for (const line of lost) console.log(`\n${line}`);
for (const line of again) console.log(`\nPassed only when tried again, which is a fault to be found: ${line}`);
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed === 0 ? 0 : 1;
