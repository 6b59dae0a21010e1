import { writeFileAtomic } from '@scalequest/core';
import { nameRunFiles } from '../run/run-files.ts';
import type { LaunchJob } from './launcher.ts';
import { createProcessLauncher } from './process-launcher.ts';

/**
 * Several processes on this host under `accelerate launch`, for sites whose set-up speaks of accelerate. Its configuration
 * is written into the run folder for each start, so that one of the user's home does not change a run.
 */
export const createAccelerateLauncher = (processes: number): ReturnType<typeof createProcessLauncher> =>
  createProcessLauncher({
    name: 'accelerate',
    hasRanks: true,
    makeArguments: async ({ folder, config }) => {
      const { accelerate } = nameRunFiles(folder);
      await writeFileAtomic(accelerate, makeAccelerateConfig({ processes, device: config.device }));
      return [
        ...['-m', 'accelerate.commands.launch', '--config_file', accelerate],
        ...['--module', 'sq_train', folder],
      ];
    },
  });

interface AccelerateConfigInput {
  readonly processes: number;
  readonly device: LaunchJob['config']['device'];
}

/** YAML. One process is not `MULTI_GPU`: accelerate refuses that. */
export function makeAccelerateConfig({ processes, device }: AccelerateConfigInput): string {
  const values = {
    compute_environment: 'LOCAL_MACHINE',
    distributed_type: processes === 1 ? "'NO'" : 'MULTI_GPU',
    // The ranks choose their device by the configuration of the run; on a CPU accelerate's own way would ask for MPI.
    use_cpu: device === 'cpu',
    machine_rank: 0,
    num_machines: 1,
    num_processes: processes,
    main_process_port: 0,
    mixed_precision: "'no'",
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}
