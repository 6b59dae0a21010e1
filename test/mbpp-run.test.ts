import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBenchmark } from '@scalequest/datasets';
import type { Summary } from '@scalequest/eval';
import { makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { findSandbox } from './support/find-sandbox.ts';
import { readScores } from './support/read-all.ts';
import { runCli } from './support/run-cli.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;
const root = dataDir as string;
const { sandbox, reason } = await findSandbox();
const tiny = join(import.meta.dirname, 'support', 'tiny-code', 'mbpp.mjs');

interface TinyRecord {
  readonly text: string;
  readonly code: string;
}

const records = readFileSync(join(import.meta.dirname, 'support', 'tiny-code', 'mbpp.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as TinyRecord);

const fence = (program: string): string => `\`\`\`python\n${program}\n\`\`\``;

test.skipIf(sandbox === undefined)(
  `five problems of our own are asked with their tests, and judged by them${reason}`,
  async () => {
    using folder = makeTemporaryFolder();
    let prompt = '';
    await using server = await startModelServer({
      reply: ({ text }) => {
        const index = records.findIndex((record) => text.includes(record.text));
        if (index === 0) prompt = text;
        // The last one says nothing that could be a program.
        return index === 4 ? '' : fence(records[index]?.code ?? '');
      },
    });
    const args = ['eval', tiny, '--model', 'm', '--base-url', server.baseUrl, '--out', folder.path, '--json'];
    const { code, stdout } = await runCli(args);
    expect(code).toBe(0);
    expect(prompt).toContain('assert digit_sum(409) == 13');
    expect((JSON.parse(stdout) as { summary: Summary }).summary).toMatchObject({
      benchmark: 'tiny-mbpp',
      outcomes: { correct: 4, 'no-answer': 1 },
    });
  },
);

const asks = ['--model', 'm', '--base-url', 'http://127.0.0.1:9/v1'];

test('a set that is not there is refused with those that are', async () => {
  const { code, stderr } = await runCli(['eval', 'mbpp', '--set', 'pluss', ...asks]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/no set 'pluss'.*sanitized.*plus/s);
});

test('--set goes with one benchmark only', async () => {
  expect(await runCli(['eval', 'all', '--set', 'plus', ...asks])).toMatchObject({ code: 2 });
});

test('the list of benchmarks names the sets', async () => {
  const { stdout } = await runCli(['eval', '--list']);
  expect(stdout).toMatch(/^mbpp .*--set sanitized .*--set plus( |$)/m);
  const { sets } = JSON.parse((await runCli(['eval', '--list', '--json'])).stdout) as { sets: object };
  expect(Object.keys(sets)).toEqual(['humaneval', 'mbpp']);
});

test.skipIf(dataDir === undefined)(
  'a dry run shows the prompt of a set, and opens no sandbox (needs SCALEQUEST_DATA_DIR)',
  async () => {
    const args = ['eval', 'mbpp', '--set', 'plus', '--dry-run', '--data-dir', root];
    const { code, stdout } = await runCli(args, { env: { PATH: '' } });
    expect(code).toBe(0);
    expect(stdout).toContain('mbpp-plus');
  },
);

test.skipIf(dataDir === undefined || sandbox === undefined)(
  `MBPP+: references pass both tests, and one that knows the base inputs only fails the others (needs SCALEQUEST_DATA_DIR and a sandbox${reason})`,
  async () => {
    using folder = makeTemporaryFolder();
    const { problems } = await loadBenchmark('mbpp-plus', { dataDir: root, cacheDir: '/nonexistent' });
    const limit = 20;
    // Mbpp/3: what its base inputs want, by heart.
    const byHeart = 'def is_not_prime(n):\n    return n not in (2, 37)\n';
    await using server = await startModelServer({
      reply: ({ text }) => {
        const problem = problems.find((one) => text.includes(one.problem.trim()));
        return fence(problem?.id === 'Mbpp/3' ? byHeart : `${problem?.code?.prompt}${problem?.reference}`);
      },
    });
    const args = ['eval', 'mbpp', '--set', 'plus', '--limit', `${limit}`, '--data-dir', root, '--json'];
    const model = ['--model', 'm', '--base-url', server.baseUrl, '--out', folder.path];
    const { code, stdout } = await runCli([...args, ...model]);
    expect(code).toBe(0);
    const { summary } = JSON.parse(stdout) as { summary: Summary };
    expect(summary).toMatchObject({ benchmark: 'mbpp-plus', grader: 'tests-plus@1', samples: limit });
    expect(summary.graders['tests@1']?.correct).toBe(limit);
    const wrong = (await readScores(folder.path, 'tests-plus@1')).filter(({ outcome }) => outcome !== 'correct');
    expect(wrong.map(({ id, check }) => [id, check?.tests, check?.outcome])).toEqual([['Mbpp/3', 'plus', 'failed']]);
  },
);

test.skipIf(dataDir === undefined || sandbox === undefined)(
  `every reference of the 500, in a fence, is correct (needs SCALEQUEST_DATA_DIR and a sandbox${reason})`,
  { timeout: 300_000 },
  async () => {
    using folder = makeTemporaryFolder();
    const { problems } = await loadBenchmark('mbpp', { dataDir: root, cacheDir: '/nonexistent' });
    await using server = await startModelServer({
      reply: ({ text }) => fence(problems.find(({ meta }) => isAskedBy(text, meta.tests))?.reference ?? ''),
    });
    const args = ['eval', 'mbpp', '--data-dir', root, '--out', folder.path, '--json'];
    const { code } = await runCli([...args, '--model', 'm', '--base-url', server.baseUrl]);
    expect(code).toBe(0);
    const scores = await readScores(folder.path, 'tests@1');
    expect(scores).toHaveLength(500);
    expect(scores.filter(({ outcome }) => outcome !== 'correct')).toEqual([]);
  },
);

/** The question may stand in several problems, and the tests in one. */
function isAskedBy(text: string, tests: unknown): boolean {
  return (tests as readonly string[]).every((line) => text.includes(line.replaceAll('\r\n', '\n')));
}
