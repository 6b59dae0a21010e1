import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, linkSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { verifyAnswer } from '@scalequest/verifier';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, runCli, startCli } from './support/run-cli.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const pair = '{"id":"a","reference":"\\\\frac12","candidate":"0.5"}\n';

function verify(file: string, out: string, ...flags: readonly string[]): Promise<CliResult> {
  return runCli(['verify', file, '--out', out, ...flags], { cwd: folder.path });
}

/** The command with something to read on its standard input. */
function verifyStandard(input: string | Buffer, ...flags: readonly string[]): Promise<CliResult> {
  const { child, result } = startCli(['verify', '-', ...flags], { cwd: folder.path, stdin: 'pipe' });
  child.stdin?.end(input);
  return result;
}

/** A line of shell in the folder, with the command as `scalequest`. */
function runShell(line: string): { readonly code: number | null; readonly stdout: string; readonly stderr: string } {
  const launcher = fileURLToPath(new URL('../packages/cli/bin/scalequest.js', import.meta.url));
  const script = `scalequest() { "${process.execPath}" "${launcher}" "$@"; }\n${line}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder.path, encoding: 'utf8' });
  return { code: status, stdout, stderr };
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
    await expect.poll(() => readdirSync(folder.path).length, { interval: 5 }).toBe(3);
    child.kill('SIGINT');
    const { code, stderr } = await result;
    expect(code).toBe(1);
    expect(stderr).toContain('Stopped');
    expect(readFileSync(folder.join('out.jsonl'), 'utf8')).toBe('old');
    expect(readdirSync(folder.path).sort()).toEqual(['in.jsonl', 'out.jsonl']);
  },
);

test.skipIf(process.platform === 'win32')(
  'a verify that is killed outright leaves the old output, and its part under the name that the guide tells',
  async () => {
    writeFileSync(folder.join('in.jsonl'), pair.repeat(1_000_000));
    writeFileSync(folder.join('out.jsonl'), 'old');
    const { child, result } = startCli(['verify', 'in.jsonl', '--out', 'out.jsonl'], { cwd: folder.path });
    await expect.poll(() => readdirSync(folder.path).length, { interval: 5 }).toBe(3);
    child.kill('SIGKILL');
    expect(await result).toMatchObject({ signal: 'SIGKILL' });
    expect(readFileSync(folder.join('out.jsonl'), 'utf8')).toBe('old');
    expect(readdirSync(folder.path).sort()[2]).toMatch(/^out\.jsonl\.[0-9a-f]{12}\.tmp$/);
  },
);

test.skipIf(process.platform === 'win32')(
  'a replaced output can be read by whom the old one could (needs modes)',
  async () => {
    writeFileSync(folder.join('in.jsonl'), pair);
    writeFileSync(folder.join('out.jsonl'), 'old', { mode: 0o600 });
    expect(await verify('in.jsonl', 'out.jsonl')).toMatchObject({ code: 0 });
    expect(statSync(folder.join('out.jsonl')).mode & 0o777).toBe(0o600);
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
  const said = stderr
    .trimEnd()
    .split('\n')
    .filter((line) => /^(?:Line|And) /.test(line));
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

test('the example of the guide is what the command prints', async () => {
  const guide = readFileSync(new URL('../docs/verify.md', import.meta.url), 'utf8');
  const block = guide.split('\n').flatMap((line) => (line.startsWith('    ') ? [line.slice(4)] : []));
  const start = block.indexOf('$ scalequest verify pairs.jsonl --out -');
  writeFileSync(
    folder.join('pairs.jsonl'),
    block
      .slice(1, start)
      .map((line) => `${line}\n`)
      .join(''),
  );
  const { stdout, stderr } = await verify('pairs.jsonl', '-');
  const hideTimes = (text: string): string => text.replaceAll(/"ms":[\d.]+/g, '"ms":0');
  // On a busy machine its progress stands before the counts.
  const told = stderr.replaceAll(/^.* lines? · .*\n/gm, '');
  expect(hideTimes(stdout + told)).toBe(hideTimes(`${block.slice(start + 1).join('\n')}\n`));
});

describe('tables', () => {
  test('a table gives what JSON Lines give: byte order mark, CR LF, quotes, line feeds and other columns in it', async () => {
    writeFileSync(
      folder.join('in.csv'),
      '\ufeffnote,ID,reference,candidate,reply,problem\r\n' +
        'x,1,"\\frac{1}{2}",0.5,,\r\n' +
        '"a, ""b""",2,7,,"So\r\nthe answer is \\boxed{7}","What, ""exactly""?"\r\n' +
        '\r\n' +
        ',3,1,,,\r\n',
    );
    expect(await verify('in.csv', 'out.jsonl')).toMatchObject({ code: 0 });
    expect(readLines('out.jsonl')).toMatchObject([
      { id: '1', verdict: 'equal', rule: 'number' },
      { id: '2', verdict: 'equal', answer: '7' },
      { id: '3', verdict: 'undecided', reason: 'no-answer' },
    ]);
  });

  test('tabs separate the cells of a .tsv file, packed or not', async () => {
    writeFileSync(folder.join('in.tsv.gz'), gzipSync('id\treference\tcandidate\n1\t1, 2\t1,2\n'));
    expect(await verify('in.tsv.gz', 'out.jsonl')).toMatchObject({ code: 0 });
    expect(readLines('out.jsonl')).toMatchObject([{ id: '1', verdict: 'equal' }]);
  });

  test('the output is a table where it ends in .csv, with quotes where a cell needs them', async () => {
    const lines = [
      { id: 'a, "b"', reference: '1', reply: '\\boxed{1,\n2}' },
      { id: 'x', reference: '1' },
    ];
    writeFileSync(folder.join('in.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(await verify('in.jsonl', 'out.csv.gz')).toMatchObject({ code: 1 });
    const text = gunzipSync(readFileSync(folder.join('out.csv.gz'))).toString();
    expect(text.replace(/,[\d.]+,,\n/, ',0,,\n')).toBe(
      'id,verdict,rule,answer,reason,secondOpinion,ms,line,error\n' +
        '"a, ""b""",different,kind,"1,\n2",,,0,,\n' +
        'x,,,,,,,2,"the line: needs ""candidate"" or ""reply"", one of the two"\n',
    );
  });

  test.each([
    ['id,candidate\n1,2\n', "no column 'reference'"],
    ['id,reference\n1,2\n', "no column 'candidate' or 'reply'"],
    ['reference,reply\n1,2\n', "no column 'id'"],
    ['id;reference;candidate\n1;2;2\n', "no column 'id'"],
    ['id,reference,candidate,Reference\n1,2,2,3\n', "two columns 'reference'"],
    ['id,reference,candidate\r1,2,2\r', 'no column'],
    ['', 'no header line'],
    ['id,"reference\n1,2\n', 'no header line'],
  ])('a header that says too little or too much is a wrong request: %j', async (text, message) => {
    writeFileSync(folder.join('in.csv'), text);
    writeFileSync(folder.join('out.jsonl'), 'old');
    const { code, stderr } = await verify('in.csv', 'out.jsonl');
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(readFileSync(folder.join('out.jsonl'), 'utf8')).toBe('old');
  });

  test('a header alone is a table without rows', async () => {
    writeFileSync(folder.join('in.csv'), 'id,reference,candidate\n');
    expect(await verify('in.csv', 'out.jsonl')).toMatchObject({ code: 0, stdout: expect.stringContaining('0 equal') });
    expect(readFileSync(folder.join('out.jsonl'), 'utf8')).toBe('');
  });

  test('a quote too many costs its own line and no other', async () => {
    const good = (id: number) => `${id},1,1\n`;
    writeFileSync(
      folder.join('in.csv'),
      `id,reference,candidate\n${good(1)}2,"1,1\n${good(3)}4,1"",1\n${good(5)}6,"7\n8",1\n9,1,"1\n${good(10)}`,
    );
    expect(await verify('in.csv', 'out.jsonl')).toMatchObject({ code: 1 });
    expect(readLines('out.jsonl')).toMatchObject([
      { id: '1' },
      { id: null, line: 3 },
      { id: '3' },
      { id: null, line: 5 },
      { id: '5' },
      { id: '6' },
      { id: null, line: 9 },
      { id: '10' },
    ]);
  });
});

describe('standard input and output', () => {
  test('lines come from - and go to -, and the counts to standard error', async () => {
    const { code, stdout, stderr } = await verifyStandard(`${pair}bad\n`, '--out', '-', '--json');
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { id: 'a', verdict: 'equal' },
      { id: null, line: 2 },
    ]);
    expect(stderr).toContain("Line 2 of 'standard input'");
    expect(JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ equal: 1, bad: 1 });
  });

  test('gzip is found out on standard input, also when it comes byte by byte', async () => {
    const { child, result } = startCli(['verify', '-', '--out', '-'], { cwd: folder.path, stdin: 'pipe' });
    for (const byte of gzipSync(pair)) {
      child.stdin?.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    child.stdin?.end();
    expect(JSON.parse((await result).stdout)).toMatchObject({ id: 'a', verdict: 'equal' });
  });

  test('--format says what - is, in and out', async () => {
    const { stdout } = await verifyStandard('id,reference,reply\n1,2,2\n', '--out', '-', '--format', 'csv');
    expect(stdout).toMatch(/^id,verdict,.*\n1,equal,identical-text,2,/);
  });

  test.each([
    ['jsonl', (id: number) => `{"id":${id},"reference":"1","candidate":"1"}\n`],
    ['csv', (id: number) => `${id === 0 ? 'id,reference,candidate\r\n' : ''}${id},"1",1\r\n`],
  ] as const)('a result appears while the input waits (%s)', async (format, make) => {
    const { child, result } = startCli(['verify', '-', '--out', '-', '--format', format], {
      cwd: folder.path,
      stdin: 'pipe',
    });
    let text = '';
    child.stdout?.on('data', (part: string) => {
      text += part;
    });
    for (const id of [0, 1, 2]) {
      child.stdin?.write(make(id));
      await expect.poll(() => text, { interval: 5 }).toMatch(new RegExp(`(^|\n)(\\{"id":)?${id},`));
    }
    child.stdin?.end();
    expect(await result).toMatchObject({ code: 0 });
  });

  test('a stop while the input waits ends the command (needs signals)', async () => {
    const { child, result } = startCli(['verify', '-', '--out', '-'], { cwd: folder.path, stdin: 'pipe' });
    child.stdin?.write(pair);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill('SIGTERM');
    expect(await result).toMatchObject({ code: 1, stderr: expect.stringContaining('Stopped') });
  });

  test('a reader that closes, such as head, ends the work, which says so and leaves no stack', () => {
    writeFileSync(folder.join('in.jsonl'), pair.repeat(200_000));
    const { code, stdout, stderr } = runShell('set -o pipefail; scalequest verify in.jsonl --out - | head -n 1');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\{"id":"a".*\}\n$/);
    expect(stderr).toContain('closed it before the end');
    expect(stderr).not.toContain('    at ');
  });

  test.skipIf(!existsSync('/dev/full')).each(['-', '/dev/full'])(
    'a disk that is full is said in words, with --out %s (needs /dev/full)',
    (out) => {
      writeFileSync(folder.join('in.jsonl'), pair.repeat(5000));
      const { code, stderr } = runShell(`scalequest verify in.jsonl --out ${out} > /dev/full`);
      expect(code).toBe(1);
      expect(stderr).toContain('the disk is full');
      expect(stderr).not.toContain('    at ');
    },
  );

  test('a file that grows over its limit leaves the old output and nothing beside it (needs ulimit)', () => {
    writeFileSync(folder.join('in.jsonl'), pair.repeat(50_000));
    writeFileSync(folder.join('out.jsonl'), 'old');
    const { code, stderr } = runShell('ulimit -f 64; trap "" XFSZ; scalequest verify in.jsonl --out out.jsonl');
    expect(code).toBe(1);
    expect(stderr).toContain('over the size limit');
    expect(readFileSync(folder.join('out.jsonl'), 'utf8')).toBe('old');
    expect(readdirSync(folder.path).sort()).toEqual(['in.jsonl', 'out.jsonl']);
  });

  test.each([
    'scalequest verify - --out in.jsonl < in.jsonl',
    'scalequest verify in.jsonl --out - >> in.jsonl',
    'scalequest verify in.jsonl --out out.jsonl --bad ./in.jsonl',
    'scalequest verify in.jsonl --out new.jsonl --bad ./new.jsonl',
  ])('no two of the files are one: %s', (line) => {
    writeFileSync(folder.join('in.jsonl'), pair);
    const { code, stderr } = runShell(line);
    expect(code).toBe(2);
    expect(stderr).toContain('are one file');
    expect(readFileSync(folder.join('in.jsonl'), 'utf8')).toBe(pair);
  });
});

describe('bad lines', () => {
  test('--bad keeps them apart with their text, and an old file of bad lines does not stay', async () => {
    writeFileSync(folder.join('in.jsonl'), `${pair}not JSON\n{"id":7,"reference":"1"}\n${pair}`);
    expect(await verify('in.jsonl', 'out.jsonl', '--bad', 'bad.jsonl')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('2 bad lines (in bad.jsonl)'),
    });
    expect(readLines('out.jsonl')).toMatchObject([{ id: 'a' }, { id: 'a' }]);
    expect(readLines('bad.jsonl')).toMatchObject([
      { line: 2, id: null, error: expect.stringContaining('is not JSON'), text: 'not JSON' },
      { line: 3, id: 7, error: expect.stringContaining('candidate'), text: '{"id":7,"reference":"1"}' },
    ]);
    writeFileSync(folder.join('in.jsonl'), pair);
    expect(await verify('in.jsonl', 'out.jsonl', '--bad', 'bad.jsonl')).toMatchObject({ code: 0 });
    expect(readFileSync(folder.join('bad.jsonl'), 'utf8')).toBe('');
  });

  test('bytes that are no UTF-8 are named, where replacing them would change an answer', async () => {
    writeFileSync(
      folder.join('in.jsonl'),
      Buffer.concat([Buffer.from(pair), Buffer.from(pair.replace('0.5', '°'), 'latin1')]),
    );
    expect(await verify('in.jsonl', 'out.jsonl')).toMatchObject({ code: 1 });
    expect(readLines('out.jsonl')).toMatchObject([{ id: 'a' }, { line: 2, error: 'is not UTF-8' }]);
  });

  test('a file of UTF-16 is a wrong request, and not a bad line after the other', async () => {
    writeFileSync(folder.join('in.jsonl'), Buffer.from(`\ufeff${pair}`, 'utf16le'));
    expect(await verify('in.jsonl', 'out.jsonl')).toMatchObject({ code: 2, stderr: expect.stringContaining('iconv') });
  });

  test('a line of 50 MB is named and let go of, and one of 20 MB is decided', async () => {
    const make = (id: string, megabytes: number): string =>
      `{"id":"${id}","reference":"7","reply":"${'word '.repeat(megabytes * 200_000)}\\\\boxed{7}"}\n`;
    writeFileSync(folder.join('in.jsonl'), `${make('long', 50)}${pair}${make('fair', 20)}${pair}`);
    const { code, stderr } = await verify('in.jsonl', 'out.jsonl');
    expect(code).toBe(1);
    expect(stderr).toContain('is longer than 32 MiB');
    expect(readLines('out.jsonl')).toMatchObject([
      { id: null, line: 1, error: 'is longer than 32 MiB' },
      { id: 'a', verdict: 'equal' },
      { id: 'fair', verdict: expect.stringMatching(/equal|undecided/) },
      { id: 'a', verdict: 'equal' },
    ]);
  });

  test('what a line holds does not steer the terminal', async () => {
    writeFileSync(folder.join('in.jsonl'), 'x\u001b]0;title\u0007\n');
    const { stderr } = await verify('in.jsonl', 'out.jsonl');
    expect(stderr).not.toMatch(/[^\P{Cc}\n]/u);
    expect(stderr).toContain('\\u001b]0;title\\u0007');
  });

  test('an id that a number of JSON cannot hold is named, and null is what is not there', async () => {
    writeFileSync(
      folder.join('in.jsonl'),
      '{"id":12345678901234567890,"reference":"1","candidate":"1"}\n{"id":1.5,"reference":"1","candidate":null,"reply":"1","problem":null}\n',
    );
    expect(await verify('in.jsonl', 'out.jsonl')).toMatchObject({ code: 1 });
    expect(readLines('out.jsonl')).toMatchObject([
      { line: 1, error: expect.stringContaining('too large') },
      { id: 1.5, verdict: 'equal', answer: '1' },
    ]);
  });

  test('what is wrong with a field is said in words, and a number is not taken for its text', async () => {
    const fields = [
      '"id":1,"reference":7,"candidate":"7"',
      '"id":2,"reference":"7","candidate":7',
      '"id":3,"reference":["7"],"candidate":"7"',
      '"id":4,"reference":null,"candidate":"7"',
      '"reference":"7","candidate":"7"',
      '"id":true,"reference":"7","candidate":"7"',
    ];
    writeFileSync(folder.join('in.jsonl'), `${fields.map((text) => `{${text}}\n`).join('')}[1]\n`);
    expect(await verify('in.jsonl', 'out.jsonl')).toMatchObject({ code: 1 });
    expect(readLines('out.jsonl')).toEqual([
      { id: 1, line: 1, error: 'reference: is a number; write it as text, in quotes' },
      { id: 2, line: 2, error: 'candidate: is a number; write it as text, in quotes' },
      { id: 3, line: 3, error: 'reference: is no text' },
      { id: 4, line: 4, error: 'reference: is missing' },
      { id: null, line: 5, error: 'id: is missing' },
      { id: null, line: 6, error: 'id: is neither text nor a number' },
      { id: null, line: 7, error: 'the line: is no JSON object' },
    ]);
  });

  test('an empty file gives an empty one', async () => {
    writeFileSync(folder.join('in.jsonl'), '');
    expect(await verify('in.jsonl', 'out.jsonl')).toMatchObject({ code: 0 });
    expect(readFileSync(folder.join('out.jsonl'), 'utf8')).toBe('');
  });
});

describe('who judges', () => {
  const replies = [
    '{"id":1,"reference":"\\\\sqrt{3+2\\\\sqrt{2}}","reply":"It is \\\\boxed{1+\\\\sqrt{2}}"}\n',
    '{"id":2,"reference":"50\\\\%","candidate":"50"}\n',
    '{"id":3,"reference":"2","reply":"I do not know."}\n',
  ].join('');

  test('--preset strict refuses what a benchmark accepts', async () => {
    writeFileSync(folder.join('in.jsonl'), replies);
    await verify('in.jsonl', 'benchmark.jsonl');
    await verify('in.jsonl', 'strict.jsonl', '--preset', 'strict');
    expect(readLines('benchmark.jsonl')).toMatchObject([{ verdict: 'equal' }, { verdict: 'equal' }, {}]);
    expect(readLines('strict.jsonl')).toMatchObject([{ reason: 'proof-refused' }, { verdict: 'equal' }, {}]);
  });

  test('a line has the same fields in the same order, whatever else is asked for', async () => {
    writeFileSync(folder.join('in.jsonl'), '{"id":1,"reference":"2","reply":"\\\\boxed{2}"}\n');
    await verify('in.jsonl', 'plain.jsonl');
    await verify('in.jsonl', 'explained.jsonl', '--explain');
    await verify('in.jsonl', 'profile.jsonl', '--profile', 'hendrycks');
    const keys = ['plain', 'explained', 'profile'].map((name) => Object.keys(readLines(`${name}.jsonl`)[0] as object));
    for (const names of keys) expect(names.slice(0, 5)).toEqual(['id', 'verdict', 'rule', 'answer', 'ms']);
    expect(keys.map(({ length }) => length > 5)).toEqual([false, true, false]);
  });

  test('--explain says what was extracted, how both were read, what decided, policies and proof', async () => {
    writeFileSync(folder.join('in.jsonl'), replies);
    await verify('in.jsonl', 'out.jsonl', '--explain');
    expect(readLines('out.jsonl')).toMatchObject([
      {
        rule: 'expression',
        answer: '1+\\sqrt{2}',
        extractedBy: 'boxed',
        start: 13,
        end: 23,
        readReference: expect.any(String),
        readCandidate: expect.any(String),
        proof: 'interval',
        policies: [],
        explanation: expect.stringContaining('hundreds of bits'),
      },
      {
        rule: 'number',
        proof: 'policy',
        policies: ['percent-sign'],
        explanation: expect.stringContaining('percent sign'),
      },
      { verdict: 'undecided', extractedBy: 'no-answer', explanation: 'Undecided. The reply holds no answer.' },
    ]);
  });

  test('--profile has another system judge replies and answers, under its name and version', async () => {
    writeFileSync(
      folder.join('in.jsonl'),
      '{"id":1,"reference":"0.5","reply":"The answer is $\\\\frac12$."}\n{"id":2,"reference":"0.5","candidate":"\\\\frac12"}\n{"id":3,"reference":"2","candidate":"1/2"}\n',
    );
    expect(await verify('in.jsonl', 'out.jsonl', '--profile', 'hendrycks', '--explain')).toMatchObject({ code: 0 });
    expect(readLines('out.jsonl')).toMatchObject([
      { verdict: 'equal', rule: 'hendrycks@1', answer: '\\frac12', extractedBy: 'first-to-last-dollar' },
      {
        verdict: 'equal',
        rule: 'hendrycks@1',
        explanation: expect.stringMatching(/^Equal by hendrycks@1, which imitates/),
      },
      { verdict: 'different', rule: 'hendrycks@1' },
    ]);
  });

  test.each([
    [['--profile', 'maths'], 'Known are dart,'],
    [['--profile', 'dart', '--preset', 'strict'], 'a profile has no presets'],
    [['--preset', 'lax'], 'benchmark'],
    [['--format', 'xml'], 'jsonl'],
    [['--bad', '-'], 'bad lines go to a file'],
  ])('%j is a wrong request', async (flags, message) => {
    writeFileSync(folder.join('in.jsonl'), pair);
    const { code, stderr } = await verify('in.jsonl', 'out.jsonl', ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(folder.join('out.jsonl'))).toBe(false);
  });
});
