import { setImmediate } from 'node:timers/promises';
import type { LoadedBenchmark, Problem } from '@scalequest/datasets';
import { verifyAnswer, verifyReply } from '@scalequest/verifier';
import type { Task } from '../benchmarks/task.ts';
import { broken, type Check, ok } from './check.ts';
import { spread } from './spread.ts';

export interface CheckReferencesInput {
  readonly task: Pick<Task, 'verify' | 'name'>;
  readonly benchmark: LoadedBenchmark;
  /** The most problems to look at, from the whole length of the benchmark. @defaultValue all */
  readonly most?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks at whether every reference equals itself, alone and in the box of a reply, as the benchmark is graded. There are
 * no exceptions: of the shipped benchmarks every one does, and one that does not could never be answered right.
 */
export function checkReferences({ task, benchmark, most = Infinity, signal }: CheckReferencesInput): Check {
  return {
    name: 'references',
    looksAt: 'whether every reference equals itself',
    run: async () => {
      const problems = spread(benchmark.problems, most);
      const unlike: string[] = [];
      for (const [index, problem] of problems.entries()) {
        if (!equalsItself(problem, task)) unlike.push(problem.id);
        // A signal is heard between two comparisons, not behind thousands.
        if (index % 50 === 49) await setImmediate();
        signal?.throwIfAborted();
      }
      const of = problems.length === benchmark.count ? 'All' : `Of ${benchmark.count.toLocaleString('en-US')},`;
      if (unlike.length === 0)
        return ok(`${of} ${problems.length.toLocaleString('en-US')} references equal themselves.`);
      return broken({
        what: `${unlike.length} of ${problems.length} references of '${task.name}' do not equal themselves.`,
        why: `They are ${unlike.slice(0, 5).join(', ')}${unlike.length > 5 ? ', ...' : ''}: no reply to them could be correct.`,
        next: 'Correct the references, or the `verify` options of a benchmark of your own.',
      });
    },
  };
}

function equalsItself(problem: Problem, task: CheckReferencesInput['task']): boolean {
  const options = task.verify?.(problem);
  return [problem.reference, ...(problem.otherReferences ?? [])].every((reference) => {
    // The space keeps the two texts apart, so that more than identity of strings is asked for.
    if (verifyAnswer({ reference, candidate: `${reference} ` }, options).verdict !== 'equal') return false;
    const reply = `So it is \\boxed{${reference}}.`;
    return verifyReply({ reference, reply, problem: problem.problem }, options).verdict === 'equal';
  });
}
