import type { Benchmark, Problem } from '@scalequest/datasets';
import type { VerifyOptions } from '@scalequest/verifier';

/** What `scalequest eval NAME` runs: a benchmark of `datasets`, the protocol it is asked by, and how it is broken down. */
export interface Task {
  /** The name on the command line and in the results. */
  readonly name: string;
  /** The name in the registry of `@scalequest/datasets`, or a benchmark of your own. */
  readonly benchmark: string | Benchmark;
  /** Label of the default protocol. */
  readonly protocol: string;
  /** Fields of a problem's `meta` that the table is broken down by. */
  readonly breakdowns: readonly string[];
  /** What its grading asks of the verifier, for each problem, such as a tolerance. @defaultValue the verifier's own defaults */
  readonly verify?: (problem: Problem) => VerifyOptions | undefined;
}
