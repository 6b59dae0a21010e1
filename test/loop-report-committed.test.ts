import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkReport } from '@scalequest/loop';
import { describe, expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

const root = join(import.meta.dirname, '..');
const out = join(root, 'docs', 'loop-report');
const missing = existsSync(out) ? null : 'docs/loop-report is not there: no report of the loop is committed';
if (missing !== null) console.log(`Skipped: ${missing}`);

describe.skipIf(missing !== null)('the report of the loop that is committed', () => {
  test('is what its summaries make, of five seeds, and says where it comes from', async () => {
    expect(await checkReport({ out })).toEqual([]);
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    expect(report.seeds.length).toBeGreaterThanOrEqual(5);
    expect(report.problems).toBeGreaterThanOrEqual(1000);
    expect(report.settledAt).toMatch(/^[0-9a-f]{7,40}$/);
    expect(report.machine).not.toBeNull();
  });

  test('has a leaderboard that is what its results make', async () => {
    const args = ['leaderboard', 'build', '--check', '--dir', 'docs/loop-report/leaderboard'];
    expect(await runCli(args, { cwd: root })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing would change'),
    });
  });

  test('holds no problem of the benchmark, and no path of the machine that ran it', () => {
    const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));
    for (const file of [`${out}.md`, ...files.map((name) => join(out, name))]) {
      const text = readFileSync(file, 'utf8');
      // Every word problem asks so.
      expect(text, file).not.toContain('How many ');
      expect(text, file).not.toMatch(/["'`\s>](?:\/(?:home|root|tmp|work|Users|mnt)\/|[A-Z]:\\)/);
    }
  });
});
