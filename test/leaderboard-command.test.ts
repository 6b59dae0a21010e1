import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listBenchmarks, loadBenchmark, locateBenchmark } from '@scalequest/datasets';
import type { ResultFile } from '@scalequest/eval';
import { makeTemporaryFolder, startModelServer, type TemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { type CliResult, runCli } from './support/run-cli.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;
const own = join(import.meta.dirname, '..', 'leaderboard');
const outputs = ['LEADERBOARD.md', 'LEADERBOARD.json', 'index.html'];

/** A copy of this repository's leaderboard. */
function copyBoard(folder: TemporaryFolder, name = 'leaderboard'): string {
  cpSync(own, folder.join(name), { recursive: true });
  return folder.join(name);
}

function check(folder: TemporaryFolder): Promise<CliResult> {
  return runCli(['leaderboard', 'build', '--check'], { cwd: folder.path });
}

/** A measured result of one grader's own letters, and no mark to lose. */
const file = 'math-embedded--nano-solver';

function findFile(dir: string): string {
  const found = readdirSync(join(dir, 'results')).find((name) => name.startsWith(file));
  if (found === undefined) throw new Error(`There is no result ${file}.`);
  return join('results', found);
}

function change(dir: string, edit: (result: ResultFile) => object): string {
  const name = findFile(dir);
  const result = JSON.parse(readFileSync(join(dir, name), 'utf8')) as ResultFile;
  writeFileSync(join(dir, name), `${JSON.stringify({ ...result, ...edit(result) }, null, 2)}\n`);
  return name;
}

function flip(letters: string): string {
  const at = letters.indexOf('c');
  return `${letters.slice(0, at)}w${letters.slice(at + 1)}`;
}

test("this repository's leaderboard is what its results make", async () => {
  const { code, stderr, stdout } = await runCli(['leaderboard', 'build', '--check', '--dir', own]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('no k of 675 gives 28.8 %');
  expect(stdout).toContain('nothing would change');
});

test('made twice in two folders, time zones and locales, the board is the same to the byte', async () => {
  using folder = makeTemporaryFolder();
  const [tokyo, berlin] = [
    { TZ: 'Asia/Tokyo', LC_ALL: 'C' },
    { TZ: 'Europe/Berlin', LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' },
  ];
  for (const [name, env] of [
    ['a', tokyo],
    ['b', berlin],
  ] as const) {
    const dir = copyBoard(folder, name);
    for (const output of outputs) rmSync(join(dir, output));
    const [args, cwd] = name === 'a' ? [['--dir', 'a'], folder.path] : [['--dir', '.'], dir];
    expect(await runCli(['leaderboard', 'build', ...args], { cwd, env })).toMatchObject({ code: 0 });
  }
  for (const output of outputs) {
    const [a, b, committed] = [folder.join('a'), folder.join('b'), own].map((dir) => readFileSync(join(dir, output)));
    expect(a?.equals(b as Buffer)).toBe(true);
    expect(a?.equals(committed as Buffer)).toBe(true);
  }
});

test('one flipped letter fails the check, with file, field, what is said and what is counted', async () => {
  using folder = makeTemporaryFolder();
  const name = change(copyBoard(folder), ({ grader, outcomes }) => ({
    outcomes: { ...outcomes, [grader]: outcomes[grader]?.map(flip) },
  }));
  const { code, stderr } = await check(folder);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    new RegExp(`leaderboard/${name}, correct: It says (\\d+), and the letters of ours@3 have \\d+`),
  );
});

test('one flipped letter of another grader fails the check, as the board would change', async () => {
  using folder = makeTemporaryFolder();
  const name = change(copyBoard(folder), ({ outcomes }) => ({
    outcomes: { ...outcomes, 'dart@1': outcomes['dart@1']?.map(flip) },
  }));
  const { code, stderr } = await check(folder);
  expect(code).toBe(1);
  expect(stderr).toContain(`leaderboard/${name}: LEADERBOARD.json was not made from it as it is.`);
  expect(stderr).toContain('In its row would change: graders');
  expect(stderr).toMatch(/leaderboard\/LEADERBOARD\.json: Line \d+ would change from .*fileSha256/);
});

test('two letters that change places fail the check, though every count is the same', async () => {
  using folder = makeTemporaryFolder();
  const name = change(copyBoard(folder), ({ grader, outcomes }) => ({
    outcomes: { ...outcomes, [grader]: outcomes[grader]?.map((text) => text.replace(/cw/, 'wc')) },
  }));
  const { code, stderr } = await check(folder);
  expect(code).toBe(1);
  expect(stderr).toContain(`leaderboard/${name}: LEADERBOARD.json was not made from it as it is.`);
  expect(stderr).toContain('would change: letters only.');
});

test('one edited score fails the check, in a result and in the board', async () => {
  using folder = makeTemporaryFolder();
  const dir = copyBoard(folder);
  const path = join(dir, 'LEADERBOARD.md');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/\*\*\d+\.\d\*\*/, '**99.9**'));
  const edited = await check(folder);
  expect(edited).toMatchObject({ code: 1, stderr: expect.stringContaining('LEADERBOARD.md: Line') });
  const name = change(dir, () => ({ accuracy: 0.99 }));
  expect(await check(folder)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`${name}, accuracy: It says 0.99`),
  });
});

test('one deleted result fails the check by its name', async () => {
  using folder = makeTemporaryFolder();
  const dir = copyBoard(folder);
  const name = findFile(dir);
  rmSync(join(dir, name));
  const { code, stderr } = await check(folder);
  expect(code).toBe(1);
  expect(stderr).toContain(
    `leaderboard/${name}: LEADERBOARD.json lists this result of nano-solver, and the file is gone.`,
  );
});

test('a result that the board does not show, one with a key twice, and one with more than figures fail the check', async () => {
  using folder = makeTemporaryFolder();
  const dir = copyBoard(folder);
  const name = findFile(dir);
  const text = readFileSync(join(dir, name), 'utf8');
  const edit = (from: string, to: string): void => writeFileSync(join(dir, name), text.replace(from, to));
  edit('"correct":', '"correct": 499,\n  "correct":');
  expect(await check(folder)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`leaderboard/${name}: A key is there twice`),
  });
  edit('"correct":', '"problem": "What is 1 + 1?",\n  "correct":');
  expect(await check(folder)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`leaderboard/${name}: Unrecognized key: "problem"`),
  });
  // Spaces and line ends are as they are: git may have changed them.
  writeFileSync(join(dir, name), text.replaceAll('\n', '\r\n'));
  expect(await check(folder)).toMatchObject({ code: 0 });
  const added = name.replace('nano-solver', 'other');
  writeFileSync(join(dir, added), text.replace('"model": "nano-solver"', '"model": "other"'));
  expect(await check(folder)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`leaderboard/${added}: LEADERBOARD.json does not list it.`),
  });
});

test('a board that is no board any more is one that changes', async () => {
  using folder = makeTemporaryFolder();
  const dir = copyBoard(folder);
  writeFileSync(join(dir, 'LEADERBOARD.json'), '{"tables": [null, {"measured": [7]}]}');
  expect(await check(folder)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^leaderboard\/LEADERBOARD\.json: Line 1 would change from/),
  });
});

test('one changed protocol fails the check, by its hash and by its label', async () => {
  using folder = makeTemporaryFolder();
  const name = change(copyBoard(folder), ({ protocol }) => ({
    protocol: { ...protocol, text: { ...protocol?.text, grader: 'dart' } },
  }));
  const { code, stderr } = await check(folder);
  expect(code).toBe(1);
  expect(stderr).toContain(`leaderboard/${name}, protocol.sha256: It says`);
  expect(stderr).toContain(
    `leaderboard/${name}, protocol.text: It is not the text that this version has for scalequest@1`,
  );
});

test('a build refuses what the check refuses, and writes nothing', async () => {
  using folder = makeTemporaryFolder();
  const dir = copyBoard(folder);
  change(dir, () => ({ correct: 1 }));
  expect(await runCli(['leaderboard', 'build'], { cwd: folder.path })).toMatchObject({ code: 1 });
  expect(readFileSync(join(dir, 'LEADERBOARD.json'))).toEqual(readFileSync(join(own, 'LEADERBOARD.json')));
});

test('a finished run becomes a row, and a part of a benchmark does not', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startModelServer({ reply: () => 'The answer is $\\boxed{4}$.' });
  const model = ['--model', 'some/Model', '--base-url', server.baseUrl];
  const options = { cwd: folder.path };
  await runCli(['eval', 'math-embedded', ...model, '--limit', '3', '--out', 'part'], options);
  const refused = await runCli(['leaderboard', 'add', 'part'], options);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('It covers 3 of the 500 problems of math-embedded.');
  await runCli(
    ['eval', 'math-embedded', ...model, '--graders', 'ours,dart', '--epochs', '2', '--out', 'whole'],
    options,
  );
  const { stdout } = await runCli(['leaderboard', 'add', 'whole', '--json'], options);
  const { path } = JSON.parse(stdout) as { readonly path: string };
  expect(path).toMatch(/^leaderboard\/results\/math-embedded--some-model-[0-9a-f]{6}--[0-9a-f]{8}\.json$/);
  const result = JSON.parse(readFileSync(folder.join(path), 'utf8')) as ResultFile;
  expect(Object.keys(result.outcomes)).toEqual(['ours@3', 'dart@1']);
  expect(result.outcomes['ours@3']?.map((letters) => letters.length)).toEqual([500, 500]);
  expect(readFileSync(folder.join(path), 'utf8')).not.toContain(folder.path);
  expect(await runCli(['leaderboard', 'build'], options)).toMatchObject({ code: 0, stderr: '' });
  expect(await check(folder)).toMatchObject({ code: 0 });
}, 180_000);

test('recorded replies become a row with their source, and not without it', async () => {
  using folder = makeTemporaryFolder();
  const { problems } = await loadBenchmark('math-embedded', { cacheDir: folder.path });
  const replies = problems.map(({ id, reference }) => `${JSON.stringify({ id, reply: `\\boxed{${reference}}` })}\n`);
  writeFileSync(folder.join('m.jsonl'), replies.join(''));
  const options = { cwd: folder.path };
  const declared = ['--protocol', 'scalequest@1'];
  await runCli(['score', 'math-embedded', '--replies', 'm.jsonl', ...declared, '--out', 'run'], options);
  const refused = await runCli(['leaderboard', 'add', 'run'], options);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('nobody says where') });
  const source = ['--source', 'me/mine:m@1', '--licence', 'MIT', '--note', 'The references themselves.'];
  expect(await runCli(['leaderboard', 'add', 'run', ...source], options)).toMatchObject({ code: 0, stderr: '' });
  expect(await runCli(['leaderboard', 'build'], options)).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(folder.join('leaderboard', 'LEADERBOARD.md'), 'utf8')).toContain('The references themselves.');
}, 180_000);

test('the gate compares with the base branch, and names what is worse', async () => {
  using folder = makeTemporaryFolder();
  const dir = copyBoard(folder);
  const git = (...args: readonly string[]): void => {
    const who = ['-c', 'user.name=t', '-c', 'user.email=t@localhost'];
    execFileSync('git', [...who, ...args], { cwd: folder.path, stdio: 'ignore' });
  };
  git('init', '--initial-branch=main');
  git('add', '.');
  git('commit', '-m', 'base');
  const gate = (base: string): Promise<CliResult> =>
    runCli(['leaderboard', 'gate', '--base', base], { cwd: folder.path });
  expect(await gate('main')).toMatchObject({ code: 0, stdout: expect.stringContaining('none is worse') });
  git('checkout', '-b', 'change');
  // Of 500, 5 fewer may be chance, and 60 are not.
  const lose = (count: number): void => {
    change(dir, ({ grader, outcomes, correct, problems }) => {
      let letters = outcomes[grader]?.[0] ?? '';
      for (let i = 0; i < count; i++) letters = flip(letters);
      const left = correct - count;
      return { outcomes: { ...outcomes, [grader]: [letters] }, correct: left, accuracy: left / problems };
    });
  };
  lose(5);
  expect(await gate('main')).toMatchObject({ code: 0, stdout: expect.stringContaining('lost 5, gained 0') });
  lose(55);
  git('commit', '-am', 'worse');
  const worse = await gate('main');
  expect(worse).toMatchObject({ code: 1, stderr: '' });
  expect(worse.stdout).toMatch(/^worse: math-embedded, nano-solver: -12\.0 points .* lost 60, gained 0, p = 1\.7e-18/m);
  // The folder of another leaderboard is a base as well; a ref that is not there is a wrong request.
  expect(await gate(own)).toMatchObject({ code: 1 });
  expect(await gate('nowhere')).toMatchObject({ code: 2, stdout: '' });
  // A folder without results is no base, though it is there: it would make every result new.
  mkdirSync(folder.join('empty'));
  expect(await gate('empty')).toMatchObject({ code: 2, stdout: '' });
  mkdirSync(folder.join('main'));
  expect(await gate('main')).toMatchObject({ code: 1, stdout: expect.stringContaining('lost 60') });
  // What the base says wrongly of its letters does not make its result a new one.
  git('checkout', 'main');
  change(dir, ({ correct }) => ({ correct: correct + 1 }));
  git('commit', '-am', 'wrong');
  git('checkout', 'change');
  expect(await gate('main')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('lost 60'),
    stderr: expect.stringMatching(/^main\/results\/.*, correct: It says/),
  });
  change(dir, () => ({ correct: 1 }));
  const { code, stdout } = await runCli(['leaderboard', 'gate', '--base', 'main', '--json'], { cwd: folder.path });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ findings: [{ what: expect.stringMatching(/^It says 1,/) }] });
}, 180_000);

test.skipIf(dataDir === undefined)(
  'no piece of a problem is in the leaderboard (needs SCALEQUEST_DATA_DIR)',
  async () => {
    const texts = readdirSync(own, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(json|md|html)$/.test(name))
      .map((name) => readFileSync(join(own, name), 'utf8').replaceAll(/\s+/g, ' '));
    // A common piece of 40 characters holds one of 20 that begins at a multiple of 20 in the problem.
    const half = 20;
    const blocks = new Map<string, readonly string[]>();
    for (const { name } of listBenchmarks()) {
      const places = { dataDir, cacheDir: '/nonexistent' };
      if ((await locateBenchmark(name, places)).kind === 'missing') continue;
      const { problems } = await loadBenchmark(name, { ...places, allowDownload: false });
      for (const { problem, reference } of problems) {
        for (const text of [problem, reference].map((one) => one.replaceAll(/\s+/g, ' '))) {
          for (let i = 0; i + half <= text.length; i += half) {
            const block = text.slice(i, i + half);
            blocks.set(block, [...(blocks.get(block) ?? []).slice(-50), text]);
          }
        }
      }
    }
    let looked = 0;
    const found: string[] = [];
    for (const text of texts) {
      for (let i = 0; i + half <= text.length; i++) {
        looked++;
        for (const problem of blocks.get(text.slice(i, i + half)) ?? []) {
          for (let from = Math.max(0, i - half); from <= i; from++) {
            const piece = text.slice(from, from + 2 * half);
            if (piece.length === 2 * half && problem.includes(piece)) found.push(piece);
          }
        }
      }
    }
    expect(found).toEqual([]);
    expect(blocks.size).toBeGreaterThan(1e5);
    expect(looked).toBeGreaterThan(5e5);
  },
  180_000,
);
