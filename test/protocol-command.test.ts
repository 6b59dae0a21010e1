import { readFileSync, writeFileSync } from 'node:fs';
import { findProtocol, findTemplate, listProtocols, type PreviewedSample } from '@scalequest/eval';
import { makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { type CliResult, runCli } from './support/run-cli.ts';

/** Runs `scalequest eval` in a folder with these files. */
async function runEval(
  args: readonly string[],
  {
    files = {},
    env = {},
  }: { readonly files?: Readonly<Record<string, string>>; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<CliResult & { readonly read: () => string | undefined }> {
  using folder = makeTemporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(folder.join(name), text);
  const result = await runCli(['eval', ...args], { cwd: folder.path, env });
  let runJson: string | undefined;
  if (args.includes('--out')) runJson = readFileSync(folder.join('run', 'run.json'), 'utf8');
  return { ...result, read: () => runJson };
}

interface DryRun {
  readonly benchmark: string;
  readonly epochs: number;
  readonly protocol: { readonly label: string; readonly sha256: string; readonly data: { readonly grader: string } };
  readonly samples: readonly PreviewedSample[];
}

async function dryRun(args: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<DryRun> {
  const { code, stdout, stderr } = await runEval(['math-embedded', '--dry-run', '--json', ...args], { files });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as DryRun;
}

test('a dry run shows the prompt and the hash of the run, and asks nobody', async () => {
  const { code, stdout } = await runEval(['math-embedded', '--dry-run']);
  expect(code).toBe(0);
  expect(stdout).toContain(`protocol   scalequest@1 (${listProtocols()[0]?.sha256}), benchmark math-embedded`);
  expect(stdout).toContain('in \\boxed{}.');
});

test('a dry run without a model shows the run that the command makes: the own model, on the own problems for `math`', async () => {
  using folder = makeTemporaryFolder();
  const asked = await runEval(['math', '--dry-run', '--json']);
  expect(asked.code).toBe(0);
  expect(asked.stderr).toContain('no model is named');
  const shown = JSON.parse(asked.stdout) as DryRun;
  expect(shown.benchmark).toBe('math-embedded');
  const args = ['eval', 'math', '--limit', '1', '--max-tokens', '8', '--out', folder.join('run')];
  expect(await runCli(args, { cwd: folder.path })).toMatchObject({ code: 0 });
  const { id, seed } = JSON.parse(readFileSync(folder.join('run', 'journal.jsonl'), 'utf8')) as PreviewedSample;
  const same = await dryRun(['--max-tokens', '8']);
  expect(same.samples[0]).toMatchObject({ id, seed });
});

test.skipIf(process.env.SCALEQUEST_DATA_DIR === undefined)(
  'a dry run of a benchmark that the own model does not answer needs no model: its seeds stay open (needs SCALEQUEST_DATA_DIR)',
  async () => {
    const env = { SCALEQUEST_DATA_DIR: process.env.SCALEQUEST_DATA_DIR ?? '' };
    const { code, stdout } = await runEval(['gsm8k', '--dry-run'], { env });
    expect(code).toBe(0);
    expect(stdout).toContain('seed depends on the model (--model)');
  },
);

test('a dry run shows the problems that are named, with the seeds of the model that is named', async () => {
  const ids = (await dryRun(['--limit', '4'])).samples.map(({ id }) => id);
  expect(ids).toHaveLength(4);
  const { samples } = await dryRun(['--sample', `${ids[3]}`, '--sample', `${ids[1]}`, '--model', 'm']);
  expect(samples.map(({ id }) => id)).toEqual([ids[3], ids[1]]);
  expect(samples.every(({ seed }) => Number.isSafeInteger(seed))).toBe(true);
});

test('a template writes the turns as raw text, named or from a file', async () => {
  const named = await dryRun(['--protocol', 'dart@1', '--template', 'scalequest-qwen2math']);
  expect(named.protocol).toMatchObject({ label: 'dart@1+template=scalequest-qwen2math', data: { grader: 'dart' } });
  expect(named.samples[0]?.prompt).toMatchObject({
    kind: 'completion',
    text: expect.stringMatching(/^<\|im_start\|>system\n/),
  });
  const mine = {
    name: 'mine',
    bos: 'text',
    begin: '<s>',
    user: { start: '[', end: ']' },
    assistant: { start: '', end: '' },
    stop: ['['],
  };
  const own = await runEval(['math-embedded', '--dry-run', '--template', 'mine.json'], {
    files: { 'mine.json': JSON.stringify(mine) },
  });
  expect(own.stdout).toContain('form       raw text, template mine');
  expect(own.stdout).toContain(
    'note       The text begins with <s> itself: a server that adds one gives the model two.',
  );
  expect(own.stdout).toContain('stops      "["');
});

test('a protocol and its examples may be files', async () => {
  const { name: _, ...data } = findProtocol('lm-eval@1');
  const own = { ...data, name: 'mine', benchmarks: ['math-embedded'], variants: [] };
  const shots = '{"problem": "1?", "solution": "#### 1"}\n{"problem": "2?", "solution": "#### 2"}\n';
  const { protocol, samples } = await dryRun(
    ['--protocol', './mine.json', '--shots', 'shots.jsonl', '--shots-count', '1'],
    { 'mine.json': JSON.stringify(own), 'shots.jsonl': shots },
  );
  expect(protocol.label).toMatch(/^mine@1\+shots-count=1\+shots=[0-9a-f]{8}$/);
  expect(samples[0]?.prompt).toMatchObject({
    text: expect.stringMatching(/^Question: [12]\?\nAnswer: #### [12]\n\nQuestion: /),
  });
});

test('the number of samples is the protocol’s, unless one is asked for', async () => {
  expect(await dryRun(['--protocol', 'simple-evals@1'])).toMatchObject({ epochs: 10 });
  expect(await dryRun(['--protocol', 'simple-evals@1', '--epochs', '2'])).toMatchObject({ epochs: 2 });
});

test('a run records the resolved protocol, and the server gets it as raw text', async () => {
  await using server = await startModelServer();
  const flags = ['--model', 'm', '--base-url', server.baseUrl, '--limit', '3', '--out', 'run'];
  const { code, stderr, read } = await runEval(['math-embedded', '--protocol', 'dart@1', ...flags]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const { sha256 } = (await dryRun(['--protocol', 'dart@1'])).protocol;
  expect(JSON.parse(read() ?? '')).toMatchObject({
    identity: { protocol: { name: 'dart', template: { name: 'alpaca' } } },
    details: { protocol: { label: 'dart@1', sha256 } },
  });
});

test('the protocols that ship are listed with their hashes, and so are the templates', async () => {
  const { code, stdout } = await runCli(['protocols']);
  expect(code).toBe(0);
  const rows = stdout.split('\n').map((line) => line.split(/\s+/).slice(0, 2));
  for (const { label, sha256 } of listProtocols()) expect(rows).toContainEqual([label, sha256.slice(0, 8)]);
  expect(stdout).toMatch(/scalequest-mistral\s+inferred: /);
  const { stdout: json } = await runCli(['protocols', '--json']);
  expect(JSON.parse(json)).toMatchObject({ protocols: expect.any(Array), templates: expect.any(Array) });
});

describe('a wrong request ends with 2 and says what to do', () => {
  test.each([
    [['--protocol', 'dart@2'], "Protocol 'dart@2' is not known."],
    [['--protocol', 'lm-eval@1:mgsm'], "has no variant 'mgsm'"],
    [['--protocol', 'lm-eval@1'], "says nothing about benchmark 'math-embedded'"],
    [['--protocol', 'missing.json'], 'missing.json'],
    [['--protocol', 'bad.json'], "'bad.json' is no protocol."],
    [['--protocol', 'torn.json'], 'It is not JSON'],
    [['--template', 'alpacca'], 'alpaca'],
    [['--template', 'bad.json'], "'bad.json' is no template."],
    [['--shots', 'bad.json'], "'bad.json' gives no examples."],
    [['--protocol', 'ours.json'], "'ours.json' calls itself 'dart@1'"],
    [['--template', 'alpaca.json'], "'alpaca.json' calls itself 'alpaca'"],
    [['--shots-count', '2'], 'shows no examples'],
    [['--shots-count', '-1'], "Option '--shots-count' is -1"],
    [['--protocol', 'dart@1', '--shots-count', '2'], 'shows 2 examples, which are not part of the project'],
    [['--sample', 'no-such-id'], "has no problem 'no-such-id'"],
  ])('%j', async (args, message) => {
    const files = {
      'bad.json': '{"name": 1}',
      'torn.json': '{',
      'ours.json': JSON.stringify({ ...findProtocol('dart@1'), grader: 'ours' }),
      'alpaca.json': JSON.stringify({ ...findTemplate('alpaca'), begin: '<s>' }),
    };
    const { code, stderr } = await runEval(['math-embedded', '--dry-run', ...args], { files });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });

  test('--sample without --dry-run', async () => {
    const { code, stderr } = await runEval(['math-embedded', '--sample', '1']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Add --dry-run') });
  });
});

const dataDir = process.env.SCALEQUEST_DATA_DIR;

test.skipIf(dataDir === undefined)(
  'gsm8k-5shot shows five examples of the train split (needs SCALEQUEST_DATA_DIR)',
  async () => {
    const env = { SCALEQUEST_DATA_DIR: dataDir ?? '' };
    const { code, stdout } = await runEval(['gsm8k-5shot', '--dry-run', '--json', '--sample', '1318'], { env });
    expect(code).toBe(0);
    const { protocol, samples } = JSON.parse(stdout) as DryRun;
    // The hash that docs/protocols.md gives: the texts are pinned, so it is the same everywhere.
    expect(protocol.sha256).toMatch(/^e7195b84/);
    const text = samples[0]?.prompt.kind === 'completion' ? samples[0].prompt.text : '';
    expect(text.match(/^Question: /gm)).toHaveLength(6);
    expect(text.match(/^#### /gm)).toHaveLength(5);
  },
);
