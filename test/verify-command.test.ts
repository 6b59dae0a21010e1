import { execFileSync } from 'node:child_process';
import { linkSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { verifyAnswer } from '@scalequest/verifier';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CliResult, runCli, startCli } from './support/run-cli.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const pair = '{"id":"a","reference":"\\\\frac12","candidate":"0.5"}\n';

function verify(file: string, out: string): Promise<CliResult> {
  return runCli(['verify', file, '--out', out], { cwd: folder.path });
}

function readLines(name: string): unknown[] {
  const lines = readFileSync(folder.join(name), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown);
}

test('an input that is not there leaves the output of another day as it was', async () => {
  writeFileSync(folder.join('good.jsonl'), 'old');
  const { code, stderr } = await verify('missing.jsonl', 'good.jsonl');
  expect(code).toBe(2);
  expect(stderr).toContain('missing.jsonl');
  expect(readFileSync(folder.join('good.jsonl'), 'utf8')).toBe('old');
});

test('an input that ends in damage leaves the old output and nothing beside it', async () => {
  writeFileSync(folder.join('in.jsonl'), pair);
  execFileSync('gzip', ['-k', folder.join('in.jsonl')]);
  writeFileSync(folder.join('torn.jsonl.gz'), readFileSync(folder.join('in.jsonl.gz')).subarray(0, -12));
  writeFileSync(folder.join('out.jsonl'), 'old');
  const before = readdirSync(folder.path);
  expect(await verify('torn.jsonl.gz', 'out.jsonl')).toMatchObject({ code: 1 });
  expect(readFileSync(folder.join('out.jsonl'), 'utf8')).toBe('old');
  expect(readdirSync(folder.path)).toEqual(before);
});

test.each([
  ['a symbolic link', symlinkSync],
  ['a hard link', linkSync],
])('%s to the input is refused as output, and the input stays', async (_, link) => {
  writeFileSync(folder.join('in.jsonl'), pair);
  link(folder.join('in.jsonl'), folder.join('out.jsonl'));
  const { code, stderr } = await verify('in.jsonl', 'out.jsonl');
  expect(code).toBe(2);
  expect(stderr).toContain('are one file');
  expect(readFileSync(folder.join('in.jsonl'), 'utf8')).toBe(pair);
});

test('a good output replaces the old one, gzip where it is named so, with nothing beside it', async () => {
  writeFileSync(folder.join('in.jsonl'), pair);
  writeFileSync(folder.join('out.jsonl.gz'), 'old');
  expect(await verify('in.jsonl', 'out.jsonl.gz')).toMatchObject({ code: 0 });
  expect(JSON.parse(gunzipSync(readFileSync(folder.join('out.jsonl.gz'))).toString())).toMatchObject({ id: 'a' });
  expect(readdirSync(folder.path).sort()).toEqual(['in.jsonl', 'out.jsonl.gz']);
});

test.skipIf(process.platform === 'win32')('the output may be a pipe, which stays one (needs mkfifo)', async () => {
  writeFileSync(folder.join('in.jsonl'), pair);
  execFileSync('sh', ['-c', 'mkfifo pipe'], { cwd: folder.path });
  const [{ code }, text] = await Promise.all([verify('in.jsonl', 'pipe'), readFile(folder.join('pipe'), 'utf8')]);
  expect(code).toBe(0);
  expect(JSON.parse(text)).toMatchObject({ id: 'a', verdict: 'equal' });
  expect(statSync(folder.join('pipe')).isFIFO()).toBe(true);
});

test.skipIf(process.platform === 'win32')(
  'a verify that is stopped leaves the old output and nothing beside it (needs signals)',
  async () => {
    writeFileSync(folder.join('in.jsonl'), pair.repeat(1_000_000));
    writeFileSync(folder.join('out.jsonl'), 'old');
    const { child, result } = startCli(['verify', 'in.jsonl', '--out', 'out.jsonl'], { cwd: folder.path });
    // The file beside the output says that the work has begun.
    await expect.poll(() => readdirSync(folder.path).length, { timeout: 20_000, interval: 5 }).toBe(3);
    child.kill('SIGINT');
    const { code, stderr } = await result;
    expect(code).toBe(1);
    expect(stderr).toContain('Stopped');
    expect(readFileSync(folder.join('out.jsonl'), 'utf8')).toBe('old');
    expect(readdirSync(folder.path).sort()).toEqual(['in.jsonl', 'out.jsonl']);
  },
);

test('bad lines keep their places and their ids, in any mixture with good ones', async () => {
  const kinds = [
    (i: number) => `{"id":${i},"reference":"1","candidate":"1"}`,
    () => 'not JSON',
    (i: number) => `{"id":"bad ${i}","reference":"1"}`,
    () => '{"id":[],"reference":"1"}',
  ];
  const order = Array.from({ length: 9000 }, (_, i) => ((i * i) % 11) % kinds.length);
  const lines = order.map((kind, i) => kinds[kind]?.(i));
  writeFileSync(folder.join('in.jsonl'), `${lines.join('\n')}\n`);
  const { code, stderr } = await verify('in.jsonl', 'out.jsonl');
  expect(code).toBe(1);
  expect(readLines('out.jsonl')).toMatchObject(
    order.map((kind, i) => {
      if (kind === 0) return { id: i, verdict: 'equal' };
      return { id: kind === 2 ? `bad ${i}` : null, line: i + 1, error: expect.any(String) };
    }),
  );
  const said = stderr.trimEnd().split('\n');
  expect(said).toHaveLength(21);
  expect(said.at(-1)).toBe(
    `And ${(order.filter((kind) => kind !== 0).length - 20).toLocaleString('en')} more bad lines.`,
  );
});

test.each([
  ['no JSON', 'x'],
  ['no question', '{"id":1}'],
])('300,000 lines that are %s, after a good one, do not pile up', async (_, bad) => {
  writeFileSync(folder.join('in.jsonl'), `${pair}${`${bad}\n`.repeat(300_000)}`);
  const { code, stdout } = await verify('in.jsonl', 'out.jsonl');
  expect(code).toBe(1);
  expect(stdout).toContain('300,000 bad lines');
  expect(readLines('out.jsonl')).toHaveLength(300_001);
});

test('apart from computer algebra the command gives the verdict and rule of the library on every case', async () => {
  const cases = new URL('../packages/verifier/cases/answers/', import.meta.url);
  const rows = readdirSync(cases)
    .flatMap((name) => readFileSync(new URL(name, cases), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line, id) => ({ id, ...(JSON.parse(line) as { reference: string; candidate: string }) }));
  writeFileSync(folder.join('in.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const { code } = await runCli(['verify', 'in.jsonl', '--out', 'out.jsonl', '--no-cas'], { cwd: folder.path });
  expect(code).toBe(0);
  const wanted = rows.map((row) => {
    const { verdict, rule } = verifyAnswer(row);
    return { id: row.id, verdict, rule };
  });
  const seen = readLines('out.jsonl') as { id: number; verdict: string; rule: string }[];
  expect(seen.map(({ id, verdict, rule }) => ({ id, verdict, rule }))).toEqual(wanted);
  expect(wanted.length).toBeGreaterThan(3000);
});
