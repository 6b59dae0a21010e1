import { isScaleQuestError } from '@scalequest/core';
import type { CodeTask, Problem } from '@scalequest/datasets';
import type { CheckResult, Program } from '@scalequest/sandbox';
import type { Outcome, ProgramCheck, Score, TestSet } from '../outcomes/outcome.ts';
import type { Grader } from '../pipeline/grader.ts';
import { type ExtractedProgram, type ExtractionMode, extractProgram } from './extract-program.ts';

/** The part of a sandbox that grading needs. */
export interface ProgramChecker {
  readonly check: (program: Program) => Promise<CheckResult>;
}

export interface TestsGraderForm {
  /** Name and version, such as `tests@1`. */
  readonly label: string;
  /** How a reply becomes a program. */
  readonly how: ExtractionMode;
  /** What the program must pass: `plus` wants the base tests too. */
  readonly tests: TestSet;
  /** What the tests may take, in milliseconds, where it imitates a system with a limit of its own. @defaultValue the sandbox's */
  readonly timeoutMs?: number;
}

/**
 * Judges programs by their tests. A program that fails, raises, runs out of time or memory, or is killed is `wrong`; a
 * reply without a program is `no-answer`. Where the sandbox refuses or breaks, nothing is known of the program: that is
 * an `error`, which a resumed run judges again.
 *
 * @example
 * const grader = createTestsGrader({ label: 'tests@1', how: 'ours', tests: 'base' }, sandbox);
 */
export function createTestsGrader({ label, how, tests, timeoutMs }: TestsGraderForm, sandbox: ProgramChecker): Grader {
  return {
    label,
    findProgram: ({ reply, problem }) => {
      const found = extractProgram(reply, requireCode(problem), how);
      return found.status === 'found' ? found.program : undefined;
    },
    grade: async ({ record, problem }) => {
      const { id, epoch, reply, finishReason } = record;
      const task = requireCode(problem);
      const found = extractProgram(reply, task, how);
      if (found.status === 'no-answer') {
        return { id, epoch, outcome: finishReason === 'length' ? 'truncated' : 'no-answer' };
      }
      const base = { id, epoch, extraction: describeExtraction(found) };
      try {
        const judged = await runTests({ program: found.program, task, tests, timeoutMs }, sandbox);
        return { ...base, ...judged, outcome: decideOutcome(judged.check, finishReason) };
      } catch (error) {
        if (!isScaleQuestError(error)) throw error;
        return { ...base, outcome: 'error', reason: error.code };
      }
    },
  };
}

function describeExtraction({ rule, start, end }: FoundProgram): NonNullable<Score['extraction']> {
  return { rule, ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
}

type FoundProgram = Extract<ExtractedProgram, { readonly status: 'found' }>;

interface RunTestsInput {
  readonly program: string;
  readonly task: CodeTask;
  readonly tests: TestSet;
  readonly timeoutMs: number | undefined;
}

/** The tests that were added are run only on what passes the benchmark's own. */
async function runTests(
  { program, task, tests, timeoutMs }: RunTestsInput,
  sandbox: ProgramChecker,
): Promise<Required<Pick<Score, 'check' | 'ms'>> & { readonly check: ProgramCheck }> {
  // The system that a grader imitates has the last word, before it what the tests of the problem need.
  const limits = { ...task.limits, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const run = async (source: string): Promise<CheckResult> =>
    await sandbox.check({
      program,
      tests: source,
      entryPoint: task.entryPoint,
      ...(task.context === undefined ? {} : { context: task.context }),
      limits,
    });
  const base = await run(task.tests.base);
  if (tests === 'base' || base.outcome !== 'passed') return { check: describe(base, 'base'), ms: base.ms };
  const { plus } = task.tests;
  if (plus === undefined) throw new TypeError(`There are no plus tests for '${task.entryPoint}'.`);
  const added = await run(plus);
  return { check: describe(added, 'plus'), ms: base.ms + added.ms };
}

/** The most letters of a detail and of a traceback that a line of scores keeps. */
const longestDetail = 500;
const longestTrace = 2000;

function describe({ outcome, detail, trace }: CheckResult, tests: TestSet): ProgramCheck {
  return {
    outcome,
    tests,
    detail: detail.length <= longestDetail ? detail : `${detail.slice(0, longestDetail)}...`,
    // What was raised stands at the end of a traceback.
    ...(trace === undefined
      ? {}
      : { trace: trace.length <= longestTrace ? trace : `...${trace.slice(-longestTrace)}` }),
  };
}

/** A reply that was cut at its token limit is `truncated` whatever it holds, as an answer is. */
function decideOutcome({ outcome }: ProgramCheck, finishReason: string): Outcome {
  if (finishReason === 'length') return 'truncated';
  if (outcome === 'passed') return 'correct';
  return outcome === 'refused' ? 'error' : 'wrong';
}

function requireCode({ id, code }: Problem): CodeTask {
  // Graders are chosen by what a benchmark's answers are: only a definition of one's own can get here.
  if (code === undefined) throw new TypeError(`Problem '${id}' has no tests.`);
  return code;
}
