import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, startModelServer, type TemporaryFolder } from '@scalequest/test-kit';
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
    problems: 10,
    epochs: 1,
    samples: 10,
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

test('compare writes a report for CI, in which a benchmark fails that is worse, and a table', async () => {
  using folder = makeTemporaryFolder();
  writeRun(folder, { name: 'a', correct: 9 });
  writeRun(folder, { name: 'b', correct: 2 });
  const options = { cwd: folder.path };
  const worse = await runCli(['compare', 'a', 'b', '--as', 'junit', '--out', 'reports/report.xml'], options);
  // The report says what failed; the command did what it was asked to.
  expect(worse).toMatchObject({ code: 0, stderr: '' });
  expect(worse.stdout).toContain('exact McNemar p = 0.0156');
  const report = readFileSync(folder.join('reports/report.xml'), 'utf8');
  expect(report).toContain('<testsuite name="b against a" tests="1" failures="1"');
  expect(report).toContain('exact McNemar p = 0.0156');
  const better = await runCli(['compare', '--a', 'b', '--b', 'a', '--as', 'junit', '--out', '-'], options);
  expect(better.stdout).toMatch(/^<\?xml .* failures="0" .*<\/testsuites>\n$/s);
  const table = await runCli(['compare', 'a', 'b', '--as', 'csv', '--out', '-'], options);
  expect(table.stdout).toMatch(/^benchmark,grader,verdict,.*\r\nmath,ours@3,worse,a,b,.*\r\n$/);
});

test.each([
  [['--as', 'junit'], 'Option --as is given without --out.'],
  [['--out', 'x'], 'Option --out is given without --as.'],
  [['--as', 'csv', '--out', '-', '--json'], 'both ask for standard output'],
  [['--as', 'parquet', '--out', 'x'], 'Allowed choices are junit, csv'],
])('compare refuses %j before it reads anything', async (flags, message) => {
  const { code, stderr } = await runCli(['compare', 'nowhere', 'nowhere', ...flags]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
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

test('compare reads what the summary counts, when the same folder once had more epochs or more problems', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startModelServer({ reply: () => '\\boxed{1}' });
  const options = { cwd: folder.path };
  const model = ['--model', 'm', '--base-url', server.baseUrl];
  const evaluate = async (out: string, flags: readonly string[]): Promise<void> => {
    const { code } = await runCli(['eval', 'math-embedded', ...model, ...flags, '--out', out], options);
    expect(code).toBe(0);
  };
  await evaluate('a', ['--limit', '10', '--epochs', '4']);
  await evaluate('a', ['--limit', '10', '--epochs', '1']);
  await evaluate('b', ['--limit', '10']);
  const { a, b, test } = JSON.parse((await runCli(['compare', 'a', 'b', '--json'], options)).stdout);
  expect([a.samples, b.samples, test.name]).toEqual([10, 10, 'mcnemar']);
  await evaluate('a', ['--limit', '5']);
  const refused = await runCli(['compare', 'a', 'b'], options);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('counts 5 samples');
  // What the refusal advises.
  expect((await runCli(['score', 'a'], options)).code).toBe(0);
  expect((await runCli(['compare', 'a', 'b'], options)).code).toBe(0);
});

test('recorded replies are called so, and compared with a note; declared, their protocol is the one of an evaluation', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startModelServer({ reply: () => '\\boxed{1}' });
  const options = { cwd: folder.path };
  const protocol = ['--protocol', 'dart@1', '--temperature', '0.7'];
  const model = ['--model', 'm', '--base-url', server.baseUrl, '--limit', '5'];
  expect((await runCli(['eval', 'math-embedded', ...model, ...protocol, '--out', 'a'], options)).code).toBe(0);
  const lines = readFileSync(folder.join('a', 'journal.jsonl'), 'utf8').trimEnd().split('\n');
  const replies = lines.map((line) => {
    const { id, reply } = JSON.parse(line) as { readonly id: string; readonly reply: string };
    return JSON.stringify({ id, reply });
  });
  writeFileSync(folder.join('replies.jsonl'), `${replies.join('\n')}\n`);
  const score = ['score', 'math-embedded', '--replies', 'replies.jsonl'];
  const unknown = await runCli([...score, '--grader', 'dart', '--out', 'b'], options);
  expect(unknown.stdout).toMatch(/^math-embedded, 5 of 500 problems: /m);
  expect(unknown.stdout).toContain('model replies, recorded replies, protocol not known, grader dart@1');
  const noted = await runCli(['compare', 'a', 'b'], options);
  expect(noted.code).toBe(0);
  expect(noted.stdout).toContain('The protocol of B is not known');
  const declared = await runCli([...score, ...protocol, '--out', 'c'], options);
  expect(declared.stdout).toContain('recorded replies, declared protocol dart@1+temperature=0.7');
  const { notes } = JSON.parse((await runCli(['compare', 'a', 'c', '--json'], options)).stdout);
  expect(notes).toEqual([]);
});
