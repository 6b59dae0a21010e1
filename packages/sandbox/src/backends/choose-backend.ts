import { SandboxError } from '../errors.ts';
import type { PythonInterpreter } from '../python/find-python.ts';
import type { BackendName } from '../types.ts';
import type { Backend } from './backend.ts';
import { probeBackend } from './probe.ts';

export interface ChooseInput {
  readonly backend: BackendName | 'auto';
  readonly python: PythonInterpreter;
  readonly bubblewrap: string;
}

/**
 * The back end that was asked for, or for `auto` the best that works here; never `none` unless it is named.
 *
 * @throws SandboxError `NO_SANDBOX`
 */
export async function chooseBackend({ backend: wanted, python, bubblewrap }: ChooseInput): Promise<Backend> {
  const names: readonly BackendName[] = wanted === 'auto' ? ['bubblewrap', 'landlock'] : [wanted];
  const reasons: string[] = [];
  for (const name of names) {
    const probe = await probeBackend({ name, python, bubblewrap });
    if (probe.works) return probe.backend;
    reasons.push(`${name}: ${probe.reason}`);
  }
  throw new SandboxError({
    code: 'NO_SANDBOX',
    kind: 'request',
    what:
      wanted === 'auto'
        ? 'Checking programs executes code written by a model, and no sandbox was found.'
        : `Sandbox '${wanted}' does not work here.`,
    why: reasons.join(' '),
    next:
      wanted === 'none'
        ? 'Run `scalequest sandbox status` for what works on this machine.'
        : 'Install bubblewrap (`apt install bubblewrap`), or pass --sandbox none on a machine you can afford to lose.',
    fields: { backend: wanted, reasons },
  });
}
