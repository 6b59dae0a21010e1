import { getSandboxStatus } from '@scalequest/sandbox';
import { describe, expect, test } from 'vitest';
import { giveRows, runStages } from '../__fixtures__/run-stages.ts';
import type { Fields } from '../engine/row.ts';
import { type RunCodeOptions, runCode } from './run-code.ts';

const { chosen: backend } = await getSandboxStatus();
if (backend === undefined) process.stderr.write('runCode is not tested: nothing here can hold a program.\n');

const right = 'def add(x):\n    return x + 1';
const block = (program: string): string => `\`\`\`python\n${program}\n\`\`\``;
const tests = 'assert add(1) == 2\nassert add(0) == 1\nassert add(-1) == 0';
/** A loop is ended by its processor time, and not by a clock that a busy machine turns faster. */
const limits = { timeoutMs: 120_000, cpuSeconds: 1 };

async function run(
  rows: readonly Fields[],
  options: RunCodeOptions = {},
): Promise<{ readonly outcomes: readonly (readonly unknown[])[]; readonly drops: Readonly<Record<string, number>> }> {
  const given = rows.map((row) => ({ entryPoint: 'add', tests, ...row }));
  const { rows: kept, drops } = await runStages({
    stages: [giveRows(given), runCode({ limits, ...options })],
    rows: rows.length,
  });
  const outcomes = kept.map(({ runs }) => (runs as readonly Fields[]).map(({ outcome }) => outcome));
  return { outcomes, drops };
}

const say = (...texts: readonly string[]): Fields => ({
  responses: texts.map((text) => ({ text, finishReason: 'stop' })),
});

describe.skipIf(backend === undefined)('running programs (needs a sandbox)', () => {
  test('a hostile program ends itself alone, and the others are judged as if it were not there', async () => {
    const { outcomes, drops } = await run([
      say(
        block(right),
        block('while True:\n    pass'),
        block("while True:\n    print('y' * 1000)"),
        block('number = int(input())\n\ndef add(x):\n    return x + number'),
        block(`${right}\n\nimport os\nos._exit(0)`),
        // What it may think that the end of the tests looks like.
        block('def the_tests_came_to_their_end():\n    return True\n\nimport sys\nsys.exit(0)'),
        block(
          `try:\n    ${right.replace('\n', '\n    ')}\nexcept BaseException:\n    pass\nimport builtins\nbuiltins.AssertionError = StopIteration`,
        ),
        'I would add one.',
      ),
    ]);
    expect(drops).toEqual({});
    expect(outcomes[0]?.map((outcome) => outcome === 'passed')).toEqual([
      ...[true, false, false, false, false, false, true, false],
    ]);
    expect(outcomes[0]?.[7]).toBe('no-program');
  });

  test('of several blocks the one that defines the function is run, in a list too', async () => {
    const shown = `${block(right)}\nIt is used so:\n${block('print(add(1) + unknown)')}`;
    const listed = `1. Write it:\n   ${block(right).replaceAll('\n', '\n   ')}`;
    const { outcomes } = await run([say(shown, listed)]);
    expect(outcomes).toEqual([['passed', 'passed']]);
  });

  test('tests that any function passes, and tests that never end, keep no row', async () => {
    const { outcomes, drops } = await run([
      { ...say(block(right)), tests: 'def test_add():\n    assert add(1) == 3' },
      { ...say(block(right)), tests: 'assert add(1) == add(1)\nassert True or add(2) == 4' },
      { ...say(block(right)), tests: `${tests}\nwhile True:\n    add(1)` },
      say(block(right)),
    ]);
    expect(drops).toEqual({ 'run: idle-tests': 2, 'run: failed-tests': 1 });
    expect(outcomes).toEqual([['passed']]);
  });

  test('tests of people run beside the program, which is asked for what they call', async () => {
    const wrong = block('def add(x):\n    return x');
    const { outcomes, drops } = await run([say(block(right), wrong), say(wrong)], { tests: 'trusted', failed: 'keep' });
    expect(drops).toEqual({});
    expect(outcomes).toEqual([['passed', 'failed'], ['failed']]);
  });
});
