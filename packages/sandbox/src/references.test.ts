import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { findWorkingBackends } from './__fixtures__/working-backends.ts';
import { createSandbox } from './create-sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import type { CheckOutcome, Limits, Program } from './types.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR ?? '';

const sandboxed = (await findWorkingBackends()).filter((name) => name !== 'none');

interface Reference extends Program {
  readonly id: string;
}

function readRows(file: string): readonly Record<string, string>[] {
  const text = gunzipSync(readFileSync(join(dataDir, 'benchmark', `${file}.jsonl.gz`))).toString('utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, string>]));
}

function readHumanEval(): readonly Reference[] {
  return readRows('humaneval/test').map((row) => ({
    id: row.task_id ?? '',
    program: `${row.prompt}${row.canonical_solution}`,
    tests: row.test ?? '',
    ...(row.entry_point === undefined ? {} : { entryPoint: row.entry_point }),
  }));
}

function readMbpp(): readonly Reference[] {
  return ['prompt', 'test', 'validation', 'train'].flatMap((split) =>
    readRows(`mbpp/${split}`).map((row) => ({
      id: `Mbpp/${row.task_id}`,
      program: row.code ?? '',
      tests: `${row.test_setup_code}\n${(row.test_list as unknown as string[]).join('\n')}\n`,
    })),
  );
}

/** How each ended, by its id. */
async function checkAll(sandbox: Sandbox, all: readonly Reference[]): Promise<ReadonlyMap<string, CheckOutcome>> {
  const outcomes = new Map<string, CheckOutcome>();
  let index = 0;
  for await (const { outcome } of sandbox.checkMany(all)) outcomes.set(all[index++]?.id ?? '', outcome);
  return outcomes;
}

const minutes = 60_000;
/** What takes minutes on both back ends. */
const isWhole = process.env.SCALEQUEST_WHOLE === '1';
const whole = isWhole ? 'all of them' : 'a share of them; SCALEQUEST_WHOLE=1 runs all';

describe.skipIf(dataDir === '').each(sandboxed)('with %s and the data of SCALEQUEST_DATA_DIR', (backend) => {
  test.each([
    ['HumanEval', 164, readHumanEval],
    ['MBPP', 974, readMbpp],
  ] as const)(
    `every reference program of %s passes, of %i ${whole}`,
    async (_, count, read) => {
      const all = read();
      expect(all).toHaveLength(count);
      // Each back end takes its turn.
      const share = sandboxed.indexOf(backend);
      const references = all.filter((_, place) => isWhole || place % sandboxed.length === share);
      await using sandbox = await createSandbox({ backend, limits: { timeoutMs: 60_000, cpuSeconds: 30 } });
      const outcomes = await checkAll(sandbox, references);
      expect(outcomes.size).toBe(references.length);
      expect([...outcomes].filter(([, outcome]) => outcome !== 'passed')).toEqual([]);
    },
    10 * minutes,
  );
});

const callVerdict = 'def check(candidate):\n    assert candidate() == 1\n';

/** A program that runs the tests itself, beside the mutant, as a judge without a wire would. */
function makeInProcess({ id, program, tests, entryPoint }: Reference): Reference {
  const lines = [
    'def run_tests():',
    `    space = dict(globals(), __name__="tests")`,
    `    exec(${JSON.stringify(tests)}, space)`,
    ...(entryPoint === undefined ? [] : [`    space["check"](space[${JSON.stringify(entryPoint)}])`]),
    '    return 1',
  ];
  return { id, program: `${program}\n${lines.join('\n')}\n`, tests: callVerdict, entryPoint: 'run_tests' };
}

describe.skipIf(dataDir === '' || sandboxed.length === 0)(
  'with the data of SCALEQUEST_DATA_DIR, a reference program with a small mistake',
  () => {
    test(
      `fails exactly where its own tests, run beside it, fail${isWhole ? '' : ' (every second; SCALEQUEST_WHOLE=1 takes all)'}`,
      async () => {
        const references = [...readHumanEval(), ...readMbpp()];
        const limits: Partial<Limits> = { timeoutMs: 20_000, cpuSeconds: 1 };
        await using sandbox = await createSandbox({ backend: sandboxed[0] ?? 'auto', limits });
        const all = makeMutants(references, sandbox.python.executable);
        expect(all.length).toBeGreaterThan(1_130);
        const mutants = all.filter((_, place) => isWhole || place % 2 === 0);
        const alone = await checkAll(sandbox, mutants.map(makeInProcess));
        const split = await checkAll(sandbox, mutants);
        const told = mutants.filter(({ id }) => alone.get(id) !== 'passed').length;
        const disagree = mutants.filter(({ id }) => (alone.get(id) === 'passed') !== (split.get(id) === 'passed'));
        expect(disagree.map(({ id }) => [id, alone.get(id), split.get(id)])).toEqual([]);
        // Most are told by their tests; whether a slow one ends in time may differ from machine to machine.
        expect(told / mutants.length).toBeGreaterThan(0.8);
      },
      15 * minutes,
    );
  },
);

function makeMutants(references: readonly Reference[], python: string): readonly Reference[] {
  const input = references.map(({ id, program }) => `${JSON.stringify({ id, program })}\n`).join('');
  const script = join(import.meta.dirname, '__fixtures__', 'mutate.py');
  const output = execFileSync(python, [script], { input, encoding: 'utf8', maxBuffer: 64 * 2 ** 20, env: {} });
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; program: string; change: string | null });
  const byId = new Map(lines.map((line) => [line.id, line]));
  return references.flatMap((reference) => {
    const made = byId.get(reference.id);
    return made === undefined || made.change === null ? [] : [{ ...reference, program: made.program }];
  });
}
