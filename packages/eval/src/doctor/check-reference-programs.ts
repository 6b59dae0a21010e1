import type { LoadedBenchmark } from '@scalequest/datasets';
import type { Program } from '@scalequest/sandbox';
import type { ProgramChecker } from '../code/tests-grader.ts';
import { broken, type Check, ok } from './check.ts';
import { spread } from './spread.ts';

export interface CheckReferenceProgramsInput {
  readonly benchmark: LoadedBenchmark;
  readonly sandbox: ProgramChecker;
  /** The most problems to look at. @defaultValue all, with the tests that were added to the benchmark's own */
  readonly most?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Another program on the machine must not make a right one fail: this is far above what any needs alone. */
const timeoutMs = 240_000;
const atOnce = 8;

/** Looks at whether every reference program passes its tests in the sandbox of the run. */
export function checkReferencePrograms({
  benchmark,
  sandbox,
  most = Infinity,
  signal,
}: CheckReferenceProgramsInput): Check {
  return {
    name: 'references',
    looksAt: 'whether every reference program passes its tests',
    run: async () => {
      const checks = listChecks(benchmark, most);
      const failed: string[] = [];
      const left = checks.values();
      const work = async (): Promise<void> => {
        for (const { name, program } of left) {
          signal?.throwIfAborted();
          const { outcome, detail } = await sandbox.check(program);
          if (outcome !== 'passed') failed.push(`${name}: ${outcome} ${detail}`.trim());
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      const counted = `${checks.length} ${checks.length === 1 ? 'check' : 'checks'} of reference programs`;
      if (failed.length === 0) return ok(`${counted} passed.`);
      return broken({
        what: `${failed.length} of ${counted} did not pass.`,
        why: `${failed.slice(0, 3).join('; ').slice(0, 500)}.`,
        next: 'No reply to these could be correct. Look at the interpreter and the sandbox: `scalequest sandbox status`.',
      });
    },
  };
}

interface NamedProgram {
  readonly name: string;
  readonly program: Program;
}

/** The benchmark's own tests; of a whole benchmark those that were added to them too. */
function listChecks(benchmark: LoadedBenchmark, most: number): readonly NamedProgram[] {
  return spread(benchmark.problems, most).flatMap(({ id, code, reference }) => {
    if (code === undefined) return [];
    const { entryPoint, context, limits, prompt, tests } = code;
    const sources = most === Infinity ? Object.entries(tests) : [['base', tests.base] as const];
    return sources.map(([set, source]) => ({
      name: `${id} ${set}`,
      program: {
        program: prompt + reference,
        entryPoint,
        tests: source,
        ...(context === undefined ? {} : { context }),
        limits: { ...limits, timeoutMs },
      },
    }));
  });
}
