import { probeBackend } from './backends/probe.ts';
import { findPython } from './python/find-python.ts';
import type { SandboxOptions } from './sandbox.ts';
import type { BackendName } from './types.ts';

/** Whether a back end works here. */
export interface BackendStatus {
  readonly name: BackendName;
  readonly works: boolean;
  /** Why not, as a sentence. */
  readonly reason?: string;
}

/** What this machine has. */
export interface SandboxStatus {
  readonly python: { readonly executable: string; readonly version: string };
  readonly backends: readonly BackendStatus[];
  /** What `auto` takes; undefined where nothing can hold a program. */
  readonly chosen: BackendName | undefined;
}

/**
 * Tries every back end on this machine, by having each check a program.
 *
 * @throws SandboxError `NO_PYTHON`
 */
export async function getSandboxStatus({
  python: wanted,
  bubblewrap = 'bwrap',
}: Pick<SandboxOptions, 'python' | 'bubblewrap'> = {}): Promise<SandboxStatus> {
  const python = await findPython(wanted);
  const backends: BackendStatus[] = [];
  for (const name of ['bubblewrap', 'landlock', 'none'] as const) {
    const probe = await probeBackend({ name, python, bubblewrap });
    backends.push({ name, works: probe.works, ...(probe.works ? {} : { reason: probe.reason }) });
  }
  const chosen = backends.find(({ name, works }) => works && name !== 'none')?.name;
  return { python: { executable: python.executable, version: python.version }, backends, chosen };
}
