import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLlamaClient, getEmbeddedModelPath } from '@scalequest/models';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

// These need the model that ships with the project, packages/models/embedded/nano-solver.gguf.

const root = join(import.meta.dirname, '..');
/** Ends the command with 97 where it reaches for a network. */
const withoutNetwork = { NODE_OPTIONS: `--import=${new URL('./support/no-network.mjs', import.meta.url).href}` };

test('the shipped model is small, and its file says what it is', async () => {
  expect(readFileSync(getEmbeddedModelPath()).length).toBeLessThan(3_000_000);
  const client = await createLlamaClient({ path: getEmbeddedModelPath() });
  try {
    expect(client.parameters).toBeGreaterThan(100_000);
    expect(client.parameters).toBeLessThan(3_000_000);
    const { choices } = await client.generate({
      prompt: { kind: 'chat', messages: [{ role: 'user', content: 'What is 2 + 3?' }] },
      sampling: { temperature: 0, topP: 1, maxTokens: 128, stop: [] },
    });
    expect(choices[0]?.finishReason).toBe('stop');
  } finally {
    await client.close();
  }
});

test('nx run eval:math builds, passes its flags on and ends with the table', async () => {
  using folder = makeTemporaryFolder();
  const nx = join(root, 'node_modules', '.bin', 'nx');
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(NX_|SCALEQUEST_|OPENAI_)/.test(name)),
  );
  const { stdout } = await promisify(execFile)(nx, ['run', 'eval:math', '--limit', '20', '--out', folder.join('run')], {
    cwd: root,
    env: { ...env, NX_DAEMON: 'false' },
  });
  expect(stdout).toContain('math-embedded, 20 of 500 problems: ');
  expect(stdout).toContain('of 20)');
  expect(JSON.parse(readFileSync(folder.join('run', 'summary.json'), 'utf8'))).toMatchObject({ samples: 20 });
});

test('a first run needs no key, no data and no network, says first and last what it is, and solves what the model was trained on', async () => {
  using folder = makeTemporaryFolder();
  const { code, stdout, stderr } = await runCli(['eval', 'math', '--out', 'run'], {
    cwd: folder.path,
    env: withoutNetwork,
  });
  expect(code).toBe(0);
  const said = stderr.trimEnd().split('\n');
  expect(said[0]).toMatch(
    /^math-embedded: no model is named, so the project's own tiny model \(nano-solver, [\d,]+ parameters, in this process\) answers 500 problems that the project wrote itself\. This is not MATH\.$/,
  );
  expect(said.at(-1)).toBe(said[0]);
  expect(stdout).toMatch(/^math-embedded: \d+\.\d % correct \(\d+ of 500\), 95 % interval/m);
  for (const level of [1, 2, 3, 4, 5]) expect(stdout).toMatch(new RegExp(`^${level} +\\d+ +\\d+ +\\d+\\.\\d %`, 'm'));
  for (const subject of [
    'Algebra',
    'Counting & Probability',
    'Geometry',
    'Intermediate Algebra',
    'Number Theory',
    'Prealgebra',
    'Precalculus',
  ]) {
    expect(stdout).toMatch(new RegExp(`^${subject} +\\d+ +\\d+ +\\d+\\.\\d %`, 'm'));
  }
  expect(stdout).not.toMatch(/^math:/m);
  expect(JSON.parse(readFileSync(folder.join('run', 'run.json'), 'utf8'))).toMatchObject({
    identity: {
      benchmark: 'math-embedded',
      model: { name: 'nano-solver', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    },
  });
  // Its card gives the figures; these leave room for another processor, whose kernels may turn over close choices.
  const { breakdowns } = JSON.parse(readFileSync(folder.join('run', 'summary.json'), 'utf8')) as {
    readonly breakdowns: { readonly training: readonly Breakdown[] };
  };
  const accuracies = new Map(breakdowns.training.map(({ value, accuracy }) => [value, accuracy]));
  expect([...accuracies.keys()].sort()).toEqual(['held-out family', 'seen family']);
  expect(accuracies.get('seen family')).toBeGreaterThan(0.8);
}, 180_000);

test('with --limit the first and the last line say how many are asked', async () => {
  using folder = makeTemporaryFolder();
  const { stderr, stdout } = await runCli(['eval', 'math', '--limit', '3', '--out', 'run'], {
    cwd: folder.path,
    env: withoutNetwork,
  });
  expect(stdout).toContain('of 3)');
  const said = stderr.trimEnd().split('\n');
  expect(said[0]).toContain(' answers 3 of the 500 problems that the project wrote itself. ');
  expect(said.at(-1)).toBe(said[0]);
});

interface Breakdown {
  readonly value: string;
  readonly accuracy: number;
}

const limit = process.env.SCALEQUEST_WHOLE === '1' ? 1000 : 240;

test(`the shipped model solves new word problems, ${limit / 4} of each of one to four steps (all 1,000 with SCALEQUEST_WHOLE=1)`, async () => {
  using folder = makeTemporaryFolder();
  const args = ['eval', 'word-problems', '--limit', String(limit), '--out', 'run', '--json'];
  const { code, stdout } = await runCli(args, { cwd: folder.path });
  expect(code).toBe(0);
  const { summary } = JSON.parse(stdout) as { summary: { samples: number; accuracy: number } };
  expect(summary.samples).toBe(limit);
  expect(summary.accuracy).toBeGreaterThan(0.95);
}, 180_000);

test('sampling options act on the shipped model', async () => {
  using folder = makeTemporaryFolder();
  const args = ['eval', 'math-embedded', '--limit', '5', '--epochs', '2', '--temperature', '1', '--top-p', '0.9'];
  const flags = [...args, '--seed', '3', '--max-tokens', '64', '--json', '--out', 'run'];
  const { code, stdout } = await runCli(flags, { cwd: folder.path, env: withoutNetwork });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ summary: { samples: 10 } });
});

const dataDir = process.env.SCALEQUEST_DATA_DIR;

test.skipIf(dataDir === undefined)(
  '--data-dir without a model tries the real MATH, under its name (needs SCALEQUEST_DATA_DIR)',
  async () => {
    using folder = makeTemporaryFolder();
    const { code, stdout, stderr } = await runCli(
      ['eval', 'math', '--data-dir', dataDir ?? '', '--limit', '40', '--out', 'run'],
      {
        cwd: folder.path,
      },
    );
    expect(code).toBe(0);
    const said = stderr.trimEnd().split('\n');
    expect(said[0]).toMatch(
      /^math: no model is named, so the project's own tiny model \(nano-solver.*trained on nothing like them/,
    );
    expect(said.at(-1)).toBe(said[0]);
    expect(stdout).toMatch(/^math, 40 of 5,000 problems: \d+\.\d % correct/m);
  },
);
