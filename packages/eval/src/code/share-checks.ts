import type { CheckResult, Program } from '@scalequest/sandbox';
import type { ProgramChecker } from './tests-grader.ts';

/**
 * Runs a program once for all graders that ask at the same time for the same tests of it, as those do that find the same
 * program in a reply.
 */
export function shareChecks(sandbox: ProgramChecker): ProgramChecker {
  const running = new Map<string, Promise<CheckResult>>();
  return {
    check: (program: Program) => {
      const key = JSON.stringify(program);
      const known = running.get(key);
      if (known !== undefined) return known;
      const check = sandbox.check(program).finally(() => running.delete(key));
      running.set(key, check);
      return check;
    },
  };
}
