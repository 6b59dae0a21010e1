import { type BackendName, getSandboxStatus } from '@scalequest/sandbox';

/** What can hold a program on this machine, and, where nothing can, why not, for the name of a skipped test. */
export async function findSandbox(): Promise<{ readonly sandbox: BackendName | undefined; readonly reason: string }> {
  try {
    const { chosen, backends } = await getSandboxStatus();
    if (chosen !== undefined) return { sandbox: chosen, reason: '' };
    const why = backends.flatMap(({ name, reason }) => (reason === undefined ? [] : [`${name}: ${reason}`])).join(' ');
    return { sandbox: undefined, reason: ` (skipped: ${why})` };
  } catch (error) {
    return { sandbox: undefined, reason: ` (skipped: ${error instanceof Error ? error.message : error})` };
  }
}
