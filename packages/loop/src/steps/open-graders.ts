import { chooseGraders, type EvaluateOptions, type ResolvedProtocol, type Task } from '@scalequest/eval';
import { createSandbox, type Sandbox } from '@scalequest/sandbox';
import { createVerifierPool } from '@scalequest/verifier/pool';

/** What judges the replies of a step's evaluations. */
export interface StepGraders {
  /** Those of a protocol, and our own. */
  readonly choose: (
    task: Task,
    protocol: ResolvedProtocol,
  ) => Pick<EvaluateOptions, 'verifier' | 'graders' | 'headline'>;
  readonly close: () => Promise<void>;
}

/** Threads and sandbox start with the first reply that needs them. */
export function openGraders(python: string | undefined): StepGraders {
  const verifier = createVerifierPool({ workers: 1 });
  let opened: Promise<Sandbox> | undefined;
  const sandbox = {
    check: async (program: Parameters<Sandbox['check']>[0]) => {
      opened ??= createSandbox({ sharesTestProcess: true, ...(python === undefined ? {} : { python }) });
      return await (await opened).check(program);
    },
  };
  return {
    choose: (task, { protocol }) => ({
      verifier,
      ...chooseGraders({ protocol: protocol.grader, tests: task.tests }, { verifier, sandbox }),
    }),
    close: async () => {
      await Promise.all([verifier.close(), opened?.then((one) => one.close()).catch(() => undefined)]);
    },
  };
}
