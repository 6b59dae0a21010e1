import { hostFile, judgeFolder, pythonSwitches } from '../python/python-files.ts';
import type { Backend } from './backend.ts';
import { makeHostEnvironment } from './host-environment.ts';

/**
 * The kernel alone: Landlock for files and the network, seccomp for system calls, limits for the rest. It needs nothing
 * installed and no namespaces; docs/sandbox.md says what it does not hold.
 */
export const landlockBackend: Backend = {
  name: 'landlock',
  needsFolder: true,
  makeSettings: ({ python, folder }) => ({
    command: [python.executable, ...pythonSwitches, hostFile],
    host: { mode: 'landlock', work: folder, readable: [...python.folders, judgeFolder] },
    path: python.path,
    environment: makeHostEnvironment(python),
  }),
};
