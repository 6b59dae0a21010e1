import { createProcessLauncher } from './process-launcher.ts';

/** One process on this host. */
export const createLocalLauncher = (): ReturnType<typeof createProcessLauncher> =>
  createProcessLauncher({
    name: 'local',
    hasRanks: false,
    makeArguments: async ({ folder }) => ['-m', 'sq_train', folder],
  });
