import { SandboxError } from '../errors.ts';
import { readProgram } from '../read-program.ts';
import type { CheckResult, Program } from '../types.ts';
import type { JudgePool } from './judge-pool.ts';
import { streamInOrder } from './stream-in-order.ts';

interface CheckInOrderOptions {
  readonly pool: JudgePool;
  readonly lookAhead: number;
  readonly signal: AbortSignal | undefined;
}

/** The results of a stream of programs, in its order. What is no program is `refused` in its place. */
export function checkInOrder(
  programs: Iterable<Program> | AsyncIterable<Program>,
  { pool, lookAhead, signal }: CheckInOrderOptions,
): AsyncGenerator<CheckResult, void, undefined> {
  const process = async (value: Program, itemSignal: AbortSignal): Promise<CheckResult> => {
    let program: Program;
    try {
      program = readProgram(value);
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      return { outcome: 'refused', detail: `not a program to check: ${error.fields.why}`, ms: 0 };
    }
    return await pool.check(program, { signal: itemSignal });
  };
  return streamInOrder(programs, { process, lookAhead, signal });
}
