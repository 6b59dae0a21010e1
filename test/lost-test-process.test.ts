import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');

/** Runs vitest on these files as `npm test` does. */
function runVitest(files: Readonly<Record<string, string>>) {
  using folder = makeTemporaryFolder();
  const config = { test: { globals: true, include: ['*.check.mjs'], maxWorkers: 2 } };
  writeFileSync(folder.join('vitest.config.mjs'), `export default ${JSON.stringify(config)}`);
  for (const [name, text] of Object.entries(files)) writeFileSync(folder.join(name), text);
  const reporter = join(root, 'tools', 'count-reporter.mjs');
  const { status, stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', '--retry=1', '--root', folder.path, `--reporter=${reporter}`],
    { encoding: 'utf8', env: { PATH: process.env.PATH, SCALEQUEST_TEST_COUNTS: folder.join('counts.json') } },
  );
  return { status, stderr, counts: JSON.parse(readFileSync(folder.join('counts.json'), 'utf8')) };
}

test('a test process that dies is told with its signal, its file and the tests that have no result', () => {
  const { status, stderr, counts } = runVitest({
    'dying.check.mjs': `
      test('ends well', () => new Promise((resolve) => setTimeout(resolve, 300)));
      describe('a part', () => {
        test('takes the process along', async () => {
          await new Promise((resolve) => setTimeout(resolve, 300));
          process.kill(process.pid, 'SIGSEGV');
          await new Promise(() => undefined);
        });
        test('never begins', () => undefined);
      });`,
    'living.check.mjs': "test('goes on', () => undefined); test.skip('is left out', () => undefined);",
  });
  expect(status).toBe(1);
  expect(counts).toMatchObject({ failed: 1, skipped: 1 });
  // The result of the first test may have been on its way still.
  expect(counts.lost).toEqual([
    expect.stringMatching(/^Process \d+ of the tests ended by SIGSEGV before its test file did\.$/),
    expect.stringMatching(
      /^Test file dying\.check\.mjs began and did not end; \d of its tests have no result:\n.*'a part > takes the process along'\n {2}'a part > never begins'$/s,
    ),
  ]);
  for (const line of counts.lost) expect(stderr).toContain(line);
});

test('one that dies while it loads its file is told with that file', () => {
  const { status, counts } = runVitest({ 'dying.check.mjs': "process.kill(process.pid, 'SIGKILL');" });
  expect(status).toBe(1);
  expect(counts).toMatchObject({
    failed: 1,
    lost: [
      expect.stringMatching(/ended by SIGKILL before its test file did\. The system ended \d+ processes for want/),
      'Test file dying.check.mjs began and did not end; 0 of its tests have no result.',
    ],
  });
});

test('of a run that is whole nothing is told', () => {
  const { status, counts } = runVitest({ 'living.check.mjs': "test('goes on', () => undefined);" });
  expect({ status, counts }).toEqual({ status: 0, counts: { passed: 1, failed: 0, skipped: 0, again: [], lost: [] } });
});

test('a test that passes at its second try is told with its first error; one that fails twice has failed', () => {
  const { status, counts } = runVitest({
    'shaky.check.mjs': `
      let tries = 0;
      describe('a part', () => {
        test('comes too late once', () => expect(tries++, 'tries').toBe(1));
        test('is wrong', () => expect(1).toBe(2));
      });`,
  });
  expect(status).toBe(1);
  expect(counts).toMatchObject({ passed: 1, failed: 1, lost: [] });
  expect(counts.again).toEqual([
    expect.stringMatching(/^shaky\.check\.mjs > a part > comes too late once\n.*tries: expected \+?0 to be 1/s),
  ]);
});
