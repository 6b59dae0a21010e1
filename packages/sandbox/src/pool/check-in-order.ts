import { Belt } from '@scalequest/core';
import { SandboxError } from '../errors.ts';
import { readProgram } from '../read-program.ts';
import type { CheckResult, Program } from '../types.ts';
import type { JudgePool } from './judge-pool.ts';

export interface CheckInOrderOptions {
  readonly pool: JudgePool;
  /** The most programs that are read and not yet given out. */
  readonly lookAhead: number;
  readonly signal: AbortSignal | undefined;
}

/** The most that those programs and their tests are long together, in characters. */
const maxSize = 64 * 2 ** 20;

/** The results of a stream of programs, in its order. Leaving the loop early drops what is under way. */
export async function* checkInOrder(
  programs: Iterable<Program> | AsyncIterable<Program>,
  { pool, lookAhead, signal }: CheckInOrderOptions,
): AsyncGenerator<CheckResult, void, undefined> {
  signal?.throwIfAborted();
  const belt = new Belt<CheckResult>({ maxItems: lookAhead, maxSize });
  const controller = new AbortController();
  const stop = (reason: unknown): void => {
    belt.fail(reason);
    controller.abort(reason);
  };
  const onAbort = (): void => stop(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  void fill(belt, programs, (program) => checkOne(pool, program, controller.signal));
  try {
    yield* belt;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stop(new Error('Nobody waits for the rest.'));
  }
}

/** What the source throws comes in its place, after the results of what was read before. */
async function fill(
  belt: Belt<CheckResult>,
  programs: Iterable<Program> | AsyncIterable<Program>,
  check: (program: Program) => Promise<CheckResult>,
): Promise<void> {
  try {
    for await (const program of programs) {
      const size = measure(program);
      await belt.waitForRoom(size);
      belt.put(check(program), size);
    }
  } catch (error) {
    belt.put(Promise.reject(error), 0);
  }
  belt.end();
}

/** Strangers call this too: what is no program weighs nothing. */
function measure(program: Partial<Program> | undefined): number {
  return (program?.program?.length ?? 0) + (program?.tests?.length ?? 0);
}

/** What is no program is `refused` in its place. */
async function checkOne(pool: JudgePool, value: Program, signal: AbortSignal): Promise<CheckResult> {
  let program: Program;
  try {
    program = readProgram(value);
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return { outcome: 'refused', detail: `not a program to check: ${error.fields.why}`, ms: 0 };
  }
  return await pool.check(program, { signal });
}
