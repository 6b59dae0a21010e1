import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

/** A run of three samples, two of which were judged before it was stopped. */
function writeStoppedRun(folder: TemporaryFolder): void {
  const head = { benchmark: 'math', model: 'm', protocol: 'p@1', protocolSha256: 'p', rowsSha256: 'r', goldFixes: [] };
  const extent = { grader: 'ours@3', problems: 3, epochs: 1, samples: 3, isComplete: false };
  const ids = ['a', 'b'];
  const write = (name: string, records: readonly object[]): void =>
    writeFileSync(folder.join(name), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  mkdirSync(folder.join('run', 'scores'), { recursive: true });
  write('run/summary.json', [{ ...head, ...extent }]);
  write(
    'run/journal.jsonl',
    ids.map((id) => ({ id, epoch: 0, reply: 'secret', finishReason: 'stop' })),
  );
  write(
    'run/scores/ours@3.jsonl',
    ids.map((id) => ({ id, epoch: 0, outcome: 'correct' })),
  );
}

test('export replaces what a link names, says that a run is not finished, and keeps bytes off the terminal', async () => {
  using folder = makeTemporaryFolder();
  writeStoppedRun(folder);
  const options = { cwd: folder.path };
  writeFileSync(folder.join('old.parquet'), 'old');
  symlinkSync('old.parquet', folder.join('link.parquet'));
  const parquet = await runCli(['export', 'run', '--as', 'parquet', '--out', 'link.parquet'], options);
  expect(parquet).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('This run is not finished') });
  expect(lstatSync(folder.join('link.parquet')).isSymbolicLink()).toBe(true);
  const bytes = readFileSync(folder.join('old.parquet'));
  expect([bytes.subarray(0, 4), bytes.subarray(-4)].map(String)).toEqual(['PAR1', 'PAR1']);
  const refused = await runCli(['export', 'run', '--as', 'parquet', '--out', '-'], options);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  const table = await runCli(['export', 'run', '--as', 'csv', '--out', '-'], options);
  expect(table.stdout.split('\r\n')).toHaveLength(4);
  expect(table.stdout).not.toContain('secret');
});

test('an export that cannot be written leaves the old file and nothing beside it', async () => {
  using folder = makeTemporaryFolder();
  writeStoppedRun(folder);
  // The second grader's scores are damaged: found while the first is there already.
  writeFileSync(folder.join('run/scores/zzz@1.jsonl'), '{"id":1}\n{"id":2}\n');
  writeFileSync(folder.join('report.xml'), 'old');
  const { code } = await runCli(['export', 'run', '--as', 'junit', '--out', 'report.xml'], { cwd: folder.path });
  expect(code).not.toBe(0);
  expect(readFileSync(folder.join('report.xml'), 'utf8')).toBe('old');
  expect(readdirSync(folder.path).sort()).toEqual(['report.xml', 'run']);
});
