/** A question with its reference, as every benchmark gives it. */
export interface Problem {
  /** Unique in its benchmark, and the same in every copy of it. DESIGN's contracts name the form for each benchmark. */
  readonly id: string;
  /** The question, as the source writes it. */
  readonly problem: string;
  /** The answer known to be right, as the source writes it. */
  readonly reference: string;
  /** Further answers that are right as well, where the source accepts any of several. */
  readonly otherReferences?: readonly string[];
  /** Where the answer is a program: what it must define, and the tests that it must pass. */
  readonly code?: CodeTask;
  /** What the source says beside: level, subject, solution, ... */
  readonly meta: Readonly<Record<string, unknown>>;
}

/** A problem whose answer is a Python program. `prompt` and `reference`, one behind the other, are then the source's own. */
export interface CodeTask {
  /** The function that the tests call. */
  readonly entryPoint: string;
  /** What a completion goes on from: imports, helpers, signature, docstring. Empty where the question is prose. */
  readonly prompt: string;
  /** Trusted source that the tests stand on, such as helpers of the prompt. @defaultValue none */
  readonly context?: string;
  /** Python source, each of which stands alone: `check(candidate)`, or bare asserts. */
  readonly tests: {
    /** The benchmark's own. */
    readonly base: string;
    /** Those that were added to it, such as EvalPlus's; a program must pass these and the base ones. */
    readonly plus?: string;
  };
  /** What a right program may need, where it is more than programs have by default. @defaultValue none */
  readonly limits?: { readonly timeoutMs?: number; readonly cpuSeconds?: number; readonly memoryMb?: number };
}
