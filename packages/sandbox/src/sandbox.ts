import type { DurationPercentiles } from '@scalequest/core';
import type { BackendName, CheckOutcome, CheckResult, Limits, Program } from './types.ts';

export interface SandboxOptions {
  /**
   * What holds the programs. `auto` takes bubblewrap where it works, else Landlock, else refuses; `none` holds nothing
   * but limits and is for a machine that one can afford to lose.
   *
   * @defaultValue 'auto'
   */
  readonly backend?: BackendName | 'auto';
  /** How many programs run at the same time. @defaultValue the number of cores */
  readonly workers?: number;
  /** The Python that judges and runs programs, 3.9 or newer: a path, or a name on the PATH. @defaultValue 'python3' */
  readonly python?: string;
  /** The bubblewrap to use: a path, or a name on the PATH. @defaultValue 'bwrap' */
  readonly bubblewrap?: string;
  /** What each program may use, where it does not say itself. */
  readonly limits?: Partial<Limits>;
  /**
   * Lets the tests of up to 50 programs run in one process, in turn, which takes about a third off each check. For tests
   * that leave Python as they found it, such as a benchmark's: one that patches a module would be seen by the next.
   *
   * @defaultValue false
   */
  readonly sharesTestProcess?: boolean;
  /** Programs that a judge checks before a fresh one takes its place. @defaultValue 2_000 */
  readonly recycleAfter?: number;
}

/** How to take back what was asked for. */
export interface SignalOption {
  /** Ends the check at once, also one that runs: it is rejected with the reason of the signal. */
  readonly signal?: AbortSignal;
}

/** Counted from the creation of the sandbox on. */
export interface SandboxStatistics {
  /** Programs that have a result: the sum of `outcomes`. */
  readonly checked: number;
  readonly outcomes: Readonly<Record<CheckOutcome, number>>;
  /** Checks that were dropped by their signal or by `close`. */
  readonly aborted: number;
  /** Checks that wait or run. */
  readonly pending: number;
  /** Judges that died, hung or answered nonsense; each was replaced, and its program tried once more. */
  readonly judgesLost: number;
  /** Judges that were replaced after so many programs. */
  readonly judgesRecycled: number;
  /** Judges that are there. */
  readonly judges: number;
  /** Time since the first check or `start`, in milliseconds. */
  readonly elapsedMs: number;
  /** Share of the time of all `workers` that they had a program, 0 to 1. */
  readonly busyShare: number;
  /** `checked` in a second of `elapsedMs`. */
  readonly perSecond: number;
  readonly checkMs: DurationPercentiles;
}

/** Runs programs that nobody trusts, and says whether they pass their tests. */
export interface Sandbox extends AsyncDisposable {
  /** What holds the programs here. */
  readonly backend: BackendName;
  /** How many programs run at the same time. */
  readonly workers: number;
  /** The interpreter, and its version. */
  readonly python: { readonly executable: string; readonly version: string };
  /** Starts every judge before the first check. Rejects with the code `JUDGE_FAILED` where that cannot be. */
  readonly start: () => Promise<void>;
  /**
   * Checks one program. Nothing limits how many wait: look at `pending`, or use `checkMany`. Rejects with the code
   * `BAD_PROGRAM` where it is none, and `SANDBOX_CLOSED` after `close`; whatever the program does is an outcome.
   */
  readonly check: (program: Program, options?: SignalOption) => Promise<CheckResult>;
  /**
   * Checks a stream, in its order, reading ahead by a few programs for each worker and no more. What is no program is
   * `refused` in its place. Where the source throws, so does the stream, after the results of what was read before.
   */
  readonly checkMany: (
    programs: Iterable<Program> | AsyncIterable<Program>,
    options?: SignalOption,
  ) => AsyncGenerator<CheckResult, void, undefined>;
  /** What the sandbox has done so far; costs the same at any length. */
  readonly getStatistics: () => SandboxStatistics;
  /** Ends the judges and removes their folders. What is pending is rejected with the code `SANDBOX_CLOSED`. */
  readonly close: () => Promise<void>;
}
