import { type CheckOutcome, createSandbox, type Limits, type Program, type SandboxOptions } from '@scalequest/sandbox';
import type { FreeStage } from '../engine/stage.ts';
import { readProgram } from '../replies/read-program.ts';
import type { SampledResponse } from './respond.ts';

/** What became of one response's program. */
export interface CodeRun {
  /** `no-program` where the response has none. */
  readonly outcome: CheckOutcome | 'no-program';
}

export interface RunCodeOptions {
  /**
   * Where the row's tests come from. `written`: by a model, so that they run inside the sandbox, as a part of the program;
   * `trusted`: by people, such as a benchmark's, so that they run beside it, where the program cannot reach them.
   *
   * @defaultValue 'written'
   */
  readonly tests?: 'written' | 'trusted';
  /** `drop` drops rows of which no program passes; `keep` keeps those, with what happened. @defaultValue 'drop' */
  readonly failed?: 'drop' | 'keep';
  /** Of each program. @defaultValue 10 s, and the sandbox's own for the rest */
  readonly limits?: Partial<Limits>;
  /** What holds the programs, and how many run at once; neither decides what passes. @defaultValue the sandbox's own */
  readonly sandbox?: Omit<SandboxOptions, 'limits'>;
}

/**
 * Runs the program of each response against the tests of its row, in the sandbox: of several blocks of code the last that defines
 * the entry point. Gives `runs`, one for each response; drops 'no-program' where no response has a program, 'failed-tests' where
 * none passes, and 'idle-tests' where a function that does nothing passes tests which a model wrote: they would pass any.
 *
 * A limit of time is the one thing that another machine may see otherwise: give it room.
 *
 * @throws SandboxError where nothing here can hold a program
 */
export function runCode(
  options: RunCodeOptions = {},
): FreeStage<
  { responses: readonly SampledResponse[]; tests: string; entryPoint: string },
  { runs: readonly CodeRun[] }
> {
  const { tests: origin = 'written', failed = 'drop', limits = { timeoutMs: 10_000 }, sandbox: held = {} } = options;
  return {
    order: 'free',
    ...{ name: 'run', version: 2, needs: ['responses', 'tests', 'entryPoint'], gives: ['runs'] },
    settings: { tests: origin, failed, limits: { ...limits } },
    open: async () => {
      const sandbox = await createSandbox({ ...held, limits });
      return {
        judge: async ({ rows, signal }) => {
          const runs: CodeRun[][] = rows.map(() => []);
          const idle: { outcome: CodeRun['outcome'] }[] = [];
          const owners: { outcome: CodeRun['outcome'] }[] = [];
          function* listPrograms(): Generator<Program> {
            for (const [place, { fields }] of rows.entries()) {
              const { responses, entryPoint } = fields;
              if (origin === 'written') {
                const run: { outcome: CodeRun['outcome'] } = { outcome: 'no-program' };
                idle[place] = run;
                owners.push(run);
                yield makeProgram(`def ${entryPoint}(*_, **__):\n    return None`, { ...fields, origin });
              }
              const name = entryPoint.replace(/\W/g, '\\$&');
              const defined = new RegExp(`^(?:async[ \\t]+)?(?:def|class)[ \\t]+${name}\\b`, 'm');
              for (const { text } of responses) {
                const run: { outcome: CodeRun['outcome'] } = { outcome: 'no-program' };
                runs[place]?.push(run);
                const program = readProgram(text, defined);
                if (program === undefined) continue;
                owners.push(run);
                yield makeProgram(program, { ...fields, origin });
              }
            }
          }
          let place = 0;
          for await (const { outcome } of sandbox.checkMany(listPrograms(), { signal })) {
            const owner = owners[place++];
            if (owner !== undefined) owner.outcome = outcome;
          }
          return runs.map((ofRow, row) => {
            if (idle[row]?.outcome === 'passed') return { drop: 'idle-tests' };
            if (failed === 'keep' || ofRow.some(({ outcome }) => outcome === 'passed'))
              return { keep: { runs: ofRow } };
            const outcomes = ofRow.map(({ outcome }) => outcome);
            const hasProgram = outcomes.some((outcome) => outcome !== 'no-program');
            return { drop: hasProgram ? 'failed-tests' : 'no-program', because: { outcomes } };
          });
        },
        close: () => sandbox.close(),
      };
    },
  };
}

/**
 * Tests that nobody trusts become the end of the program: it passes where it comes to its end without an exception. One that leaves
 * early is no pass to the sandbox, whatever it has defined.
 */
function makeProgram(
  program: string,
  { tests, entryPoint, origin }: { readonly tests: string; readonly entryPoint: string; readonly origin: string },
): Program {
  if (origin === 'trusted') return { program, tests, entryPoint };
  const isDone = 'the_tests_came_to_their_end';
  return {
    program: `${program}\n\n${tests}\n\ndef ${isDone}():\n    return True\n`,
    tests: `assert ${isDone}() is True`,
  };
}
