import type { Environment } from '@scalequest/core';
import type { VerifierAccess } from '@scalequest/train-bridge';
import { readOwnVersion } from '../setup/versions.ts';

/**
 * Where a training that is rewarded by the verifier finds its server: the one that the environment names, else one in this
 * process, which only programs of this machine reach. It dies with the command; the same command brings it back.
 */
export function chooseVerifier(
  { verifierUrl }: Pick<Environment, 'verifierUrl'>,
  say: (text: string) => void,
): VerifierAccess {
  return {
    url: verifierUrl,
    start: async ({ port }) => {
      // Loaded where it is needed: most trainings have no verifier.
      const { createVerifierServer } = await import('@scalequest/verifier-server');
      const onFault = (error: unknown): void => say(`The verifier's server failed at a request: ${String(error)}`);
      return await createVerifierServer({ port, version: readOwnVersion(), onFault });
    },
  };
}
