import { readFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSummaries, writeSummaries } from '../packages/loop/src/report/__fixtures__/make-summaries.ts';
import { runCli } from './support/run-cli.ts';

const arms = { full: { accuracy: 0.46, rows: 2417 }, 'seeds-only': { accuracy: 0.38, rows: 640 } };
let folder: TemporaryFolder;
let from: readonly string[];

beforeAll(async () => {
  folder = makeTemporaryFolder();
  from = writeSummaries(folder.join('in'), await makeSummaries({ arms, seeds: [1, 2, 3] }));
});
afterAll(() => folder?.[Symbol.dispose]());

const run = (...args: readonly string[]) => runCli(['loop', 'report', ...args], { cwd: folder.path });

test('one command makes the report and says what it found; --check holds, and names what is edited', async () => {
  const made = await run(...from, '--settled-at', '0123abc', '--machine', 'two cores');
  expect(made.stderr).toBe(
    'note: Only 3 seeds: fewer than the 5 that a finding asks for. Its intervals are wide, and rest on little.\n',
  );
  expect(made.stdout).toMatch(/^The whole pipeline, less seed questions alone: \+\d.*above zero/);
  expect(made.stdout).toContain('docs/loop-report.md and docs/loop-report/index.html: 3 seeds, 2 arms.');
  expect(made.code).toBe(0);
  expect(await run('--check')).toMatchObject({ code: 0, stdout: 'docs/loop-report: nothing would change.\n' });
  const board = await runCli(['leaderboard', 'build', '--check', '--dir', 'docs/loop-report/leaderboard'], {
    cwd: folder.path,
  });
  expect(board).toMatchObject({ code: 0, stdout: expect.stringContaining('6 measured rows in 1 table') });

  const page = folder.join('docs/loop-report.md');
  writeFileSync(page, readFileSync(page, 'utf8').replace(/\+(\d)\.\d \[/, '+$1.99 ['));
  const edited = await run('--check', '--json');
  expect(edited.code).toBe(1);
  expect(JSON.parse(edited.stdout).findings).toEqual([
    { place: 'docs/loop-report.md', what: expect.stringContaining('would change') },
  ]);
  expect(edited.stderr).toContain('scalequest loop report docs/loop-report/summaries/*.json --out docs/loop-report');
  const again = await run('docs/loop-report/summaries/seed-3.json', ...from.slice(0, 2), '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ warnings: [expect.any(String)], findings: expect.any(Array) });
  expect((await run('--check')).code).toBe(0);
  expect(readFileSync(page, 'utf8')).toContain('two cores');
});

test('without a loop, or with one too many, the request is wrong', async () => {
  expect(await run()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no loop to make a report of.'),
  });
  for (const [given, said] of [
    [['in/1.json'], "'in/1.json' is not looked at with --check."],
    [['--settled-at', 'abc'], '--settled-at is not looked at with --check.'],
    [['--machine', 'two cores'], '--machine is not looked at with --check.'],
  ] as const)
    expect(await run('--check', ...given)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
  expect(await run('in')).toMatchObject({ code: 2, stderr: expect.stringContaining('loop.json') });
});
