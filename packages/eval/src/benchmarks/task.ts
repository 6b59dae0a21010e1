import type { Benchmark, Problem } from '@scalequest/datasets';
import type { VerifyOptions } from '@scalequest/verifier';
import type { TestSet } from '../outcomes/outcome.ts';

/** A set of a benchmark's problems. */
export interface TaskSet {
  /** As `--set` has it. */
  readonly set: string;
  /** The name in the registry of `@scalequest/datasets`, and in the results. */
  readonly benchmark: string;
  readonly tests: TestSet;
}

/** What `scalequest eval NAME` runs: a benchmark of `datasets`, the protocol it is asked by, and how it is broken down. */
export interface Task {
  /** The name on the command line and in the results. */
  readonly name: string;
  /** The name in the registry of `@scalequest/datasets`, or a benchmark of your own. */
  readonly benchmark: string | Benchmark;
  /** Label of the default protocol. */
  readonly protocol: string;
  /**
   * That its answers are programs, and the tests which there are for them; for `plus` there are base tests as well.
   *
   * @defaultValue its answers are no programs
   */
  readonly tests?: TestSet | undefined;
  /** Other sets of its problems, which `--set` names. @defaultValue none */
  readonly sets?: readonly TaskSet[];
  /** Fields of a problem's `meta` that the table is broken down by. */
  readonly breakdowns: readonly string[];
  /** What its grading asks of the verifier, for each problem, such as a tolerance. @defaultValue the verifier's own defaults */
  readonly verify?: (problem: Problem) => VerifyOptions | undefined;
}
