import type { Backend } from './backend.ts';
import { landlockBackend } from './landlock.ts';

/** Nothing holds the program but limits: for a machine that one can afford to lose. */
export const noBackend: Backend = {
  name: 'none',
  needsFolder: true,
  makeSettings: (input) => {
    const settings = landlockBackend.makeSettings(input);
    return { ...settings, host: { ...settings.host, mode: 'none' } };
  },
};
