import { mkdirSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

/** A run of ten problems, of which the first are correct. */
function writeRun(
  folder: TemporaryFolder,
  { name, correct, protocol = 'p' }: { readonly name: string; readonly correct: number; readonly protocol?: string },
): void {
  const summary = {
    benchmark: 'math',
    model: name,
    protocol: `${protocol}@1`,
    protocolSha256: protocol,
    rowsSha256: 'r',
    goldFixes: [],
    grader: 'ours@3',
    epochs: 1,
    isComplete: true,
  };
  const scores = Array.from({ length: 10 }, (_, index) => ({
    id: `p${index}`,
    epoch: 0,
    outcome: index < correct ? 'correct' : 'wrong',
  }));
  mkdirSync(folder.join(name, 'scores'), { recursive: true });
  writeFileSync(folder.join(name, 'summary.json'), JSON.stringify(summary));
  writeFileSync(
    folder.join(name, 'scores', 'ours@3.jsonl'),
    scores.map((score) => `${JSON.stringify(score)}\n`).join(''),
  );
}

test('compare takes two runs, or two sides of runs, as text and as JSON', async () => {
  using folder = makeTemporaryFolder();
  writeRun(folder, { name: 'a', correct: 2 });
  writeRun(folder, { name: 'b', correct: 9 });
  const options = { cwd: folder.path };
  const text = await runCli(['compare', 'a', 'b'], options);
  expect(text).toMatchObject({ code: 0, stderr: '' });
  // 2 / 2^7.
  expect(text.stdout).toContain('correct in B only 7, in A only 0; exact McNemar p = 0.0156');
  const json = await runCli(['compare', '--a', 'a', '--b', 'b', '--json'], options);
  expect(JSON.parse(json.stdout)).toMatchObject({
    benchmarks: [
      { benchmark: 'math', gained: 7, lost: 0, holmPValue: expect.closeTo(2 / 2 ** 7, 12), test: { name: 'mcnemar' } },
    ],
  });
});

test('compare refuses what is not fair with exit code 2, and does it with the flag that it names', async () => {
  using folder = makeTemporaryFolder();
  writeRun(folder, { name: 'a', correct: 2 });
  writeRun(folder, { name: 'b', correct: 9, protocol: 'q' });
  const refused = await runCli(['compare', 'a', 'b'], { cwd: folder.path });
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('The protocols differ: A has p@1 (p), B q@1 (q).');
  expect(refused.stderr).toContain('--allow-other-protocols');
  const allowed = await runCli(['compare', 'a', 'b', '--allow-other-protocols'], { cwd: folder.path });
  expect(allowed.code).toBe(0);
  expect(allowed.stdout).toContain('Allowed by --allow-other-protocols: the protocols differ');
});

test('compare with one side says what is missing', async () => {
  for (const args of [['compare'], ['compare', 'a'], ['compare', '--a', 'x'], ['compare', 'a', 'b', '--a', 'x']]) {
    const { code, stderr } = await runCli(args);
    expect(code).toBe(2);
    expect(stderr).toContain('Two sides are needed to compare.');
  }
});
