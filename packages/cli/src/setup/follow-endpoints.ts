import type { EndpointOptions, FollowedEndpoints } from '@scalequest/models';
import { CliError } from '../errors.ts';

/**
 * Follows the file of `--endpoints`. What is wrong with it later is told once for each reason, and the last good list is
 * used on.
 *
 * @throws ModelsError `BAD_ENDPOINTS_FILE`, CoreError `FILE_UNREADABLE`, CliError `BAD_OPTION` for what it is at first
 */
export async function followEndpoints(path: string, say: (text: string) => void): Promise<FollowedEndpoints> {
  const { followEndpointsFile } = await import('@scalequest/models');
  return await followEndpointsFile(path, {
    check: (endpoints) => refusePrices(path, endpoints),
    onProblem: (error) =>
      say(
        `${error instanceof Error ? error.message : String(error)}\nThe endpoints that it listed before are used on.`,
      ),
  });
}

/** A run has one price for a token, by which its bound is kept and its cost summed up. */
function refusePrices(path: string, endpoints: readonly EndpointOptions[]): void {
  const priced = endpoints.find(({ prices, limits }) => prices !== undefined || limits?.maxCost !== undefined);
  if (priced === undefined) return;
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `'${path}' gives ${priced.prices === undefined ? 'a most cost' : 'prices'} for ${priced.baseUrl}, and the cost of a run is counted by its own.`,
    next: 'Leave "prices" and "maxCost" out of the file; give --price-in, --price-out and --max-cost.',
    fields: { path, endpoint: priced.baseUrl },
  });
}
