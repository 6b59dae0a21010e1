import { getSandboxStatus } from '@scalequest/sandbox';
import type { ExitCode } from '../main.ts';
import { choosePython } from '../setup/choose-python.ts';

export interface RunSandboxStatusOptions {
  readonly python?: string;
  readonly json?: boolean;
}

/** Tries every back end and says what came of it. 1 where none can hold a program. */
export async function runSandboxStatus(options: RunSandboxStatusOptions): Promise<ExitCode> {
  const status = await getSandboxStatus(choosePython(options));
  const { chosen, backends } = status;
  if (options.json === true) console.log(JSON.stringify(status));
  else {
    console.log(`Python ${status.python.version}: ${status.python.executable}`);
    for (const { name, works, reason } of backends) console.log(`${name}: ${works ? 'works' : `no. ${reason}`}`);
    console.log(
      chosen === undefined
        ? 'Nothing here can hold a program. Install bubblewrap: apt install bubblewrap'
        : `--sandbox auto takes ${chosen}; none holds nothing and is never taken unasked.`,
    );
  }
  return chosen === undefined ? 1 : 0;
}
