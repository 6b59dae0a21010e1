import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DoctorReport } from '@scalequest/eval';
import { type ModelServerOptions, makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { findSandbox } from './support/find-sandbox.ts';
import { type CliResult, runCli } from './support/run-cli.ts';

const { sandbox, reason } = await findSandbox();
const model = 'test-model';
/** Nothing listens there: no server of another test is given a port as low as this. */
const deadAddress = 'http://127.0.0.1:2/v1';

interface Output {
  readonly status: string;
  readonly reports: readonly (DoctorReport & { readonly benchmark: string | null; readonly protocol: string | null })[];
}

/** A set-up: what the server does, what the command says of it, and what the doctor finds. */
interface SetUp {
  readonly name: string;
  readonly server: ModelServerOptions;
  readonly flags?: readonly string[];
  readonly model?: string;
  readonly broken: string;
  readonly says: RegExp;
  readonly code: 1 | 2;
}

const claims = ['--claims', 'stop,n,seed,logprobs'];
const sound: ModelServerOptions = { template: 'once', maxModelLength: 8192 };

const setUps: readonly SetUp[] = [
  {
    name: 'an ignored stop',
    server: { ignores: ['stop'] },
    flags: claims,
    broken: 'stop',
    says: /stop is not honoured/,
    code: 1,
  },
  {
    name: 'an ignored seed',
    server: { ignores: ['seed'] },
    flags: claims,
    broken: 'seed',
    says: /two texts/,
    code: 1,
  },
  { name: 'an ignored n', server: { ignores: ['n'] }, flags: claims, broken: 'n', says: /n is not honoured/, code: 1 },
  { name: 'a refused n', server: { refuses: ['n'] }, flags: claims, broken: 'n', says: /n is refused/, code: 1 },
  {
    name: 'a chat template applied twice',
    server: { template: 'twice' },
    broken: 'template',
    says: /applied twice/,
    code: 1,
  },
  {
    name: 'a template around raw text',
    server: { wrapsCompletions: true },
    flags: ['--template', 'chatml'],
    broken: 'template',
    says: /around raw text/,
    code: 1,
  },
  {
    name: 'a context that is cut',
    server: { contextWords: 2048 },
    broken: 'context',
    says: /cut without a word/,
    code: 1,
  },
  {
    name: 'a context that is too short for the protocol',
    server: { maxModelLength: 2048 },
    broken: 'context',
    says: /2048 tokens.*replies of 4096/,
    code: 1,
  },
  {
    name: 'a wrong model name',
    server: { models: ['tiny-math', 'other'] },
    model: 'tiny-maths',
    broken: 'answer',
    says: /Close names: tiny-math/,
    code: 2,
  },
  {
    name: 'missing logprobs',
    server: { ignores: ['logprobs'] },
    flags: claims,
    broken: 'logprobs',
    says: /missing/,
    code: 1,
  },
  { name: 'a refused key (401)', server: { apiKey: 'right' }, broken: 'answer', says: /without an API key/, code: 2 },
  {
    name: 'a slow first token',
    server: { latencyMs: 3000 },
    flags: ['--timeout', '1'],
    broken: 'first-token',
    says: /within 1 s/,
    code: 1,
  },
  {
    name: 'ignored max_tokens',
    server: { ignores: ['max_tokens'] },
    broken: 'max-tokens',
    says: /not honoured/,
    code: 1,
  },
];

function listBroken(report: DoctorReport): readonly string[] {
  return report.checks.filter(({ status }) => status === 'broken').map(({ name }) => name);
}

function read(result: CliResult): Output {
  return JSON.parse(result.stdout) as Output;
}

function describeBroken(report: DoctorReport | undefined): string {
  const check = report?.checks.find(({ status }) => status === 'broken');
  return `${check?.what} ${check?.why}`;
}

test('a sound server passes every check, with at most twelve requests', async () => {
  await using server = await startModelServer(sound);
  const result = await runCli([
    'doctor',
    'math-embedded',
    '--model',
    model,
    '--base-url',
    server.baseUrl,
    ...claims,
    '--json',
  ]);
  expect(result.code).toBe(0);
  const { status, reports } = read(result);
  expect(status).toBe('ok');
  const [report] = reports;
  expect(report?.checks.map(({ name, status: found }) => `${name} ${found}`)).toEqual(
    ['versions', 'clock', 'disk', 'grader', 'references', 'answer', 'first-token', 'max-tokens', 'template', 'content']
      .concat('context', 'stop', 'seed', 'n', 'logprobs')
      .map((name) => `${name} ok`),
  );
  expect(report).toMatchObject({ benchmark: 'math-embedded', protocol: 'scalequest@1', requests: expect.any(Number) });
  expect(server.getStatistics().requests).toBe(report?.requests);
  expect(report?.requests).toBeLessThanOrEqual(12);
  expect(result.stderr).toMatch(/^Asks 12 short requests, at most about [\d,]+ tokens\.$/m);
  const promised = Number(/about ([\d,]+) tokens/.exec(result.stderr)?.[1]?.replaceAll(',', ''));
  expect((report?.tokens.prompt ?? 0) + (report?.tokens.completion ?? 0)).toBeLessThanOrEqual(promised);
});

test.each(setUps)(
  'the doctor finds $name',
  async ({ server: options, flags = [], model: name = model, broken, says, code }) => {
    await using server = await startModelServer(options);
    const args = ['doctor', 'math-embedded', '--model', name, '--base-url', server.baseUrl, ...flags, '--json'];
    const result = await runCli(args);
    const [report] = read(result).reports;
    expect(report === undefined ? undefined : listBroken(report)).toEqual([broken]);
    expect(describeBroken(report)).toMatch(says);
    expect(report?.checks.find(({ status }) => status === 'broken')?.next).toMatch(/\w/);
    expect(result.code).toBe(code);
  },
);

test.each(setUps)('$name stops a run before a problem is asked', async (setUp) => {
  using folder = makeTemporaryFolder();
  await using server = await startModelServer(setUp.server);
  const args = ['eval', 'math-embedded', '--model', setUp.model ?? model, '--base-url', server.baseUrl, '--out', 'run'];
  const stopped = await runCli([...args, '--limit', '30', ...(setUp.flags ?? [])], { cwd: folder.path });
  expect(stopped.code).toBe(setUp.code);
  expect(stopped.stderr.replaceAll('\n', ' ')).toMatch(setUp.says);
  expect(stopped.stderr).toContain('The doctor stops this run before a problem is asked');
  expect(stopped.stderr).toContain('--no-doctor');
  expect(stopped.stdout).toBe('');
  expect(existsSync(folder.join('run'))).toBe(false);
  expect(server.getStatistics().requests).toBeLessThanOrEqual(12);
});

test('a template that is applied twice to a model that repeats nothing is a warning, by its tokens', async () => {
  await using server = await startModelServer({ template: 'twice', reply: () => 'No.' });
  const args = ['doctor', 'math-embedded', '--model', model, '--base-url', server.baseUrl, '--json'];
  const [report] = read(await runCli(args)).reports;
  expect(report?.checks.find(({ name }) => name === 'template')).toMatchObject({
    status: 'warning',
    what: 'The template writes 7 tokens beside its turns, which cost 3 each.',
  });
});

test('--no-doctor lets a run begin whatever is broken, and looks at nothing', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startModelServer({ template: 'twice' });
  const args = ['eval', 'math-embedded', '--model', model, '--base-url', server.baseUrl, '--out', folder.join('run')];
  const begun = await runCli([...args, '--limit', '30', '--no-doctor']);
  expect(begun.code).toBe(0);
  expect(begun.stderr).not.toContain('Doctor');
  expect(server.getStatistics().requests).toBe(30);
});

describe('before a run', { timeout: 180_000 }, () => {
  const run = async (folder: string, options: readonly string[], server = sound) => {
    await using started = await startModelServer(server);
    const args = ['eval', 'math-embedded', '--model', model, '--base-url', started.baseUrl, '--out', folder, '--json'];
    const result = await runCli([...args, ...options]);
    return { ...result, requests: started.getStatistics().requests };
  };

  test('a run probes a sound endpoint with six requests by itself, and with none where it asks fewer or has a budget', async () => {
    using folder = makeTemporaryFolder();
    const long = await run(folder.join('long'), ['--limit', '30']);
    expect(long).toMatchObject({ code: 0, requests: 30 + 6 });
    expect(long.stderr).toMatch(
      /^Doctor: sound\. 11 checks in [^;]+; 6 requests, 4,\d+ prompt and \d+ reply tokens\.$/m,
    );
    expect(JSON.parse(long.stdout)).toMatchObject({ summary: { samples: 30 } });

    const short = await run(folder.join('short'), ['--limit', '5']);
    expect(short).toMatchObject({ code: 0, requests: 5 });
    expect(short.stderr).toMatch(/^Doctor: sound\. 5 checks in [^;]+; no endpoint was asked\.$/m);

    const bounded = await run(folder.join('bounded'), ['--limit', '30', '--max-total-tokens', '100000']);
    expect(bounded).toMatchObject({ code: 0, requests: 30 });
    expect(bounded.stderr).toContain('no endpoint was asked');

    const claimed = await run(folder.join('claimed'), ['--limit', '5', '--claims', 'stop,n']);
    expect(claimed).toMatchObject({ code: 0, requests: 5 + 6 + 2 });

    const again = await run(folder.join('long'), ['--limit', '30']);
    expect(again).toMatchObject({ code: 0, requests: 0 });
    const further = await run(folder.join('long'), ['--limit', '31']);
    expect(further).toMatchObject({ code: 0, requests: 1 + 6 });

    const asked = await run(folder.join('asked'), ['--limit', '3', '--doctor']);
    expect(asked).toMatchObject({ code: 0, requests: 3 + 6 });
  });

  test('what nobody needs and nobody claims is a warning of the doctor, and a run does not ask for it', async () => {
    await using server = await startModelServer({ ignores: ['stop', 'seed', 'n', 'logprobs'] });
    const args = ['math-embedded', '--model', model, '--base-url', server.baseUrl];
    const result = await runCli(['doctor', ...args, '--json']);
    expect(result.code).toBe(0);
    const [report] = read(result).reports;
    expect(report?.checks.filter(({ status }) => status === 'warning').map(({ name }) => name)).toEqual([
      'stop',
      'seed',
      'n',
    ]);
    using folder = makeTemporaryFolder();
    const begun = await run(folder.join('run'), ['--limit', '2', '--doctor'], { ignores: ['stop', 'seed', 'n'] });
    expect(begun).toMatchObject({ code: 0, stderr: expect.stringContaining('Doctor: sound.') });
  });

  test('a server that fails now and then, or lets few requests in, is none that is broken', async () => {
    using folder = makeTemporaryFolder();
    const when = ({ timesSeen }: { readonly timesSeen: number }): boolean => timesSeen === 0;
    const failing = { ...sound, misbehaviours: [{ kind: 'status', status: 500, when } as const] };
    expect(await run(folder.join('failing'), ['--limit', '2', '--doctor'], failing)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Doctor: sound.'),
    });
    const limited = { ...sound, rateLimit: { ratePerSecond: 20, burst: 2, retryAfter: '0' } };
    expect(await run(folder.join('limited'), ['--limit', '2', '--doctor'], limited)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Doctor: sound.'),
    });
  });

  test('of two servers one that is gone is a warning', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer(sound);
    const args = ['--model', model, '--base-url', server.baseUrl, deadAddress, '--limit', '4', '--doctor'];
    const result = await runCli(['eval', 'math-embedded', ...args, '--out', folder.join('run')]);
    expect(result.stderr).toMatch(/^Doctor, warning: answer: .* cannot be reached/m);
    expect(result.code).toBe(0);
  });
});

test('a server that nobody runs is broken, in words that say what to do', async () => {
  const result = await runCli(['doctor', '--model', model, '--base-url', deadAddress]);
  expect(result.code).toBe(1);
  expect(result.stdout).toMatch(/^This machine: broken$/m);
  expect(result.stdout).toMatch(/^broken +answer +.* cannot be reached\. .*ECONNREFUSED/m);
  expect(result.stdout).toContain(`\`curl ${deadAddress}/models\``);
});

test('a reference that does not equal itself is broken, and its problem named', async () => {
  using folder = makeTemporaryFolder();
  symlinkSync(join(import.meta.dirname, '..', 'node_modules'), folder.join('node_modules'), 'dir');
  writeFileSync(folder.join('own.jsonl'), '{"id":"a","answer":"2"}\n{"id":"b","answer":"\\\\frac{1}{"}\n');
  writeFileSync(
    folder.join('own.mjs'),
    `import { defineBenchmark } from '@scalequest/eval';
    export default defineBenchmark({
      name: 'own',
      data: './own.jsonl',
      row: { safeParse: (data) => ({ success: true, data }) },
      parse: ({ id, answer }) => ({ id, problem: 'Which is it?', reference: answer }),
      protocol: 'scalequest@1',
    });`,
  );
  const result = await runCli(['doctor', './own.mjs', '--json'], { cwd: folder.path });
  expect([result.code, result.code === 1 ? '' : result.stderr]).toEqual([1, '']);
  expect(describeBroken(read(result).reports[0])).toMatch(/1 of 2 references of 'own' .* They are b:/);
});

test.each([
  ['doctor', 'math-embedded', '--claims', 'n'],
  ['eval', 'math-embedded', '--model', model, '--base-url', 'http://127.0.0.1:9/v1', '--claims', 'n', '--no-doctor'],
])('%s with a claim that nobody would look at is a wrong request', async (...args) => {
  const result = await runCli(args);
  expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('no server is probed') });
});

test('a claim that nobody knows is a wrong request', async () => {
  const result = await runCli(['doctor', '--model', model, '--base-url', 'http://127.0.0.1:9/v1', '--claims', 'tools']);
  expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining("Option '--claims' holds 'tools'") });
});

describe.skipIf(sandbox === undefined)(`where programs are judged${reason}`, () => {
  const benchmark = new URL('support/tiny-code/humaneval.mjs', import.meta.url).pathname;

  test('known programs end as they must, and the references pass', async () => {
    const result = await runCli(['doctor', benchmark, '--json']);
    expect(read(result).reports[0]?.checks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'sandbox', status: 'ok', what: expect.stringContaining('8 known programs') }),
        expect.objectContaining({ name: 'references', status: 'ok', what: '5 checks of reference programs passed.' }),
      ]),
    );
    expect(result.code).toBe(0);
  });

  test('a sandbox that holds nothing is a warning', async () => {
    const result = await runCli(['doctor', benchmark, '--sandbox', 'none', '--json']);
    const [report] = read(result).reports;
    expect(report?.checks.filter(({ status }) => status === 'warning').map(({ name }) => name)).toEqual(['sandbox']);
    expect(result.code).toBe(0);
  });

  test('an interpreter that is not there is broken', async () => {
    const result = await runCli(['doctor', benchmark, '--json'], { env: { SCALEQUEST_PYTHON: '/nowhere/python3' } });
    expect(listBroken(read(result).reports[0] as DoctorReport)).toEqual(['sandbox']);
    expect(result.code).toBe(2);
  });
});

/** Whether a full disk can be made. */
function canMount(): boolean {
  if (process.platform !== 'linux') return false;
  using folder = makeTemporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder.path], { stdio: 'ignore' });
    execFileSync('umount', [folder.path]);
    return true;
  } catch {
    console.log('Skipped: a disk that is full. Mounting a tmpfs needs root.');
    return false;
  }
}

test.skipIf(!canMount())('no disk: a full file system stops a run (needs the right to mount a tmpfs)', async () => {
  using folder = makeTemporaryFolder();
  const disk = folder.join('disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
  try {
    const doctor = await runCli(['doctor', 'math-embedded', '--out', `${disk}/run`, '--json']);
    expect(doctor.code).toBe(1);
    expect(listBroken(read(doctor).reports[0] as DoctorReport)).toEqual(['disk']);
    await using server = await startModelServer(sound);
    const args = ['--model', model, '--base-url', server.baseUrl, '--out', `${disk}/run`];
    const run = await runCli(['eval', 'math-embedded', ...args]);
    expect(run).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/disk: There is no room where .* are needed\./),
    });
    expect(server.getStatistics().requests).toBe(0);
    expect(existsSync(`${disk}/run`)).toBe(false);
  } finally {
    execFileSync('umount', [disk]);
  }
});

test('the table of docs/doctor.md names every check', () => {
  const page = readFileSync(new URL('../docs/doctor.md', import.meta.url), 'utf8');
  const named = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(
    new Set(
      ['versions', 'clock', 'disk', 'sandbox', 'grader', 'references'].concat(
        'answer',
        'first-token',
        'max-tokens',
        'template',
        'content',
        'context',
        'stop',
        'seed',
        'n',
        'logprobs',
      ),
    ),
  );
});
