/** A program to check, and how. */
export interface Program {
  /** Python source, as a model wrote it. It runs inside the sandbox and sees nothing of the tests. */
  readonly program: string;
  /**
   * Python source of the tests: `check(candidate)`, as HumanEval has it, or bare asserts, as MBPP has them. They run
   * outside the sandbox, where the program cannot reach them, and must be trusted.
   */
  readonly tests: string;
  /** The function that `check` is called with. Bare asserts need none. */
  readonly entryPoint?: string;
  /**
   * Trusted source that is run before the tests and beside them, such as helpers that a prompt defines: what the tests
   * name is taken from here before it is taken from the program.
   *
   * @defaultValue none
   */
  readonly context?: string;
  /** @defaultValue the sandbox's own */
  readonly limits?: Partial<Limits>;
}

/** What a program may use. */
export interface Limits {
  /** From its start to its verdict, in milliseconds. @defaultValue 15_000 */
  readonly timeoutMs: number;
  /** Processor time, in whole seconds. @defaultValue 10 */
  readonly cpuSeconds: number;
  /** Address space, in MiB. @defaultValue 1_024 */
  readonly memoryMb: number;
  /** The largest file, in MiB. @defaultValue 16 */
  readonly fileMb: number;
  /** Open files. @defaultValue 64 */
  readonly files: number;
  /** How much of what it prints is kept, in bytes. @defaultValue 4_096 */
  readonly outputBytes: number;
}

/**
 * The ways in which a check ends. `failed`: a test says no. `error`: the program or its tests raised, it cannot be loaded, it left
 * early, or a value cannot be compared. `killed`: a signal ended it. `refused`: it was not run.
 */
export const checkOutcomes = ['passed', 'failed', 'error', 'timeout', 'out-of-memory', 'killed', 'refused'] as const;

/** How a check ended; see {@link checkOutcomes}. */
export type CheckOutcome = (typeof checkOutcomes)[number];

export interface CheckResult {
  readonly outcome: CheckOutcome;
  /** Why, in words; empty where it passed. */
  readonly detail: string;
  /** From its start to its verdict, in milliseconds. */
  readonly ms: number;
  /** Processor time of the program, in milliseconds. */
  readonly cpuMs?: number;
  /** The most memory that the program had, in MiB. */
  readonly memoryMb?: number;
  /** The program's own traceback, where it raised. */
  readonly trace?: string;
  /** The beginning of what it printed. */
  readonly output?: string;
}

/** What holds a program: namespaces (Debian's bubblewrap), Landlock and seccomp of the kernel alone, or nothing. */
export type BackendName = 'bubblewrap' | 'landlock' | 'none';
