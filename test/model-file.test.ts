import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, makeTinyGguf, type Transition } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

/** Writes `\boxed{1}` and ends, whatever it is asked. A token says what follows it, so no letter comes twice. */
const boxed: readonly Transition[] = [...'\n\\boxed{1}'].map((from, index, text) => [
  from,
  text[index + 1] ?? '<|im_end|>',
  9,
]);

function readReplies(path: string): ReadonlyMap<string, string> {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const { id, epoch, reply } = JSON.parse(line) as {
        readonly id: string;
        readonly epoch: number;
        readonly reply: string;
      };
      return [`${id}/${epoch}`, reply];
    }),
  );
}

test('a GGUF file is asked in this process, and a run is named by what it holds and not by where it lies', async () => {
  using folder = makeTemporaryFolder();
  mkdirSync(folder.join('other'));
  const model = makeTinyGguf({ transitions: boxed, contextLength: 1024 });
  for (const path of ['tiny.gguf', 'other/tiny.gguf']) writeFileSync(folder.join(path), model);
  const run = (path: string, limit: string) =>
    runCli(['eval', 'math-embedded', '--model', `gguf:${path}`, '--limit', limit, '--out', 'run', '--json'], {
      cwd: folder.path,
    });
  expect(await run('tiny.gguf', '10')).toMatchObject({ code: 0 });
  expect([...readReplies(folder.join('run', 'journal.jsonl')).values()]).toEqual(Array(10).fill('\\boxed{1}'));
  const { identity } = JSON.parse(readFileSync(folder.join('run', 'run.json'), 'utf8')) as {
    readonly identity: { readonly model: unknown };
  };
  expect(identity.model).toEqual({ name: 'tiny.gguf', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });

  const moved = await run('other/tiny.gguf', '15');
  expect(moved).toMatchObject({ code: 0 });
  expect(JSON.parse(moved.stdout)).toMatchObject({ resumed: 10, summary: { samples: 15 } });

  writeFileSync(folder.join('tiny.gguf'), makeTinyGguf({ transitions: boxed, contextLength: 1000 }));
  const changed = await run('tiny.gguf', '15');
  expect(changed.code).toBe(2);
  expect(changed.stderr).toContain('model.sha256');
});

test('samples do not depend on how many are asked for at once', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('random.gguf'), makeTinyGguf({ contextLength: 2048 }));
  const run = async (out: string, concurrency: string): Promise<ReadonlyMap<string, string>> => {
    const flags = [
      '--limit',
      '6',
      '--epochs',
      '2',
      '--temperature',
      '1',
      '--max-tokens',
      '30',
      '--concurrency',
      concurrency,
    ];
    const args = ['eval', 'math-embedded', '--model', 'gguf:random.gguf', ...flags, '--out', out];
    expect(await runCli(args, { cwd: folder.path })).toMatchObject({ code: 0 });
    return readReplies(folder.join(out, 'journal.jsonl'));
  };
  const together = await run('together', '7');
  expect(together.size).toBe(12);
  // Random weights: a short reply may come twice.
  expect(new Set(together.values()).size).toBeGreaterThan(6);
  expect(new Map([...(await run('alone', '1'))].sort())).toEqual(new Map([...together].sort()));
});
