import { getSandboxStatus } from '../get-sandbox-status.ts';
import type { BackendName } from '../types.ts';

/** The back ends that work here. What does not is said, with its reason: its tests are skipped. */
export async function findWorkingBackends(): Promise<readonly BackendName[]> {
  const { backends } = await getSandboxStatus();
  for (const { name, works, reason } of backends) {
    // biome-ignore lint/suspicious/noConsole: who runs the tests is told what is skipped.
    if (!works) console.log(`Skipped: tests of the sandbox with ${name}. ${reason}`);
  }
  return backends.filter(({ works }) => works).map(({ name }) => name);
}
