import { createAccelerateLauncher } from './accelerate-launcher.ts';
import type { Launcher } from './launcher.ts';
import type { LauncherChoice } from './launcher-choice.ts';
import { createLocalLauncher } from './local-launcher.ts';
import { createRayLauncher, type RayLauncherOptions } from './ray-launcher.ts';
import { createTorchrunLauncher } from './torchrun-launcher.ts';
import type { WorkerClaim } from './worker-claim.ts';

/** What a launcher needs and no run folder holds. */
export type LauncherAccess = RayLauncherOptions;

/** The launcher that was asked for. */
export function createLauncher(choice: LauncherChoice, access: LauncherAccess = {}): Launcher {
  switch (choice.launcher) {
    case 'local':
      return createLocalLauncher();
    case 'torchrun':
      return createTorchrunLauncher(choice.processes);
    case 'accelerate':
      return createAccelerateLauncher(choice.processes);
    case 'ray':
      return createRayLauncher(choice, access);
  }
}

/** The launcher that a worker is of, to look after it. */
export function findLauncher(claim: WorkerClaim, access: LauncherAccess = {}): Launcher {
  return claim.launcher === 'ray'
    ? createLauncher({ launcher: 'ray', address: claim.address }, access)
    : createLauncher(claim.launcher === 'local' ? { launcher: 'local' } : { launcher: claim.launcher, processes: 1 });
}
