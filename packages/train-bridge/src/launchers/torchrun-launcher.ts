import { createProcessLauncher } from './process-launcher.ts';

/** Several processes on this host under torchrun, which needs nothing besides torch. */
export const createTorchrunLauncher = (processes: number): ReturnType<typeof createProcessLauncher> =>
  createProcessLauncher({
    name: 'torchrun',
    hasRanks: true,
    makeArguments: async ({ folder }) => [
      ...['-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', String(processes)],
      ...['-m', 'sq_train', folder],
    ],
  });
