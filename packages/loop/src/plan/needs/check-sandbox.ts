import { getSandboxStatus } from '@scalequest/sandbox';
import { describeError, type Finding, ok } from './need-check.ts';

/** Looks at whether something here can hold programs that a model wrote. */
export async function checkSandbox(): Promise<Finding> {
  try {
    const { chosen, backends } = await getSandboxStatus();
    if (chosen !== undefined) return ok(`Programs run in ${chosen}.`);
    const reasons = backends.flatMap(({ name, reason }) => (reason === undefined ? [] : [`${name}: ${reason}`]));
    return {
      status: 'missing',
      what: 'Nothing here can hold programs that a model wrote.',
      why: reasons.join(' '),
      next: 'Install bubblewrap (`apt install bubblewrap`); docs/sandbox.md has more.',
    };
  } catch (error) {
    return describeError(error);
  }
}
