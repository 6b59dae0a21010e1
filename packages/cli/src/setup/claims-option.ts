import { type Claim, claims } from '@scalequest/eval';
import { CliError } from '../errors.ts';
import { splitList } from './grader-options.ts';

/**
 * What `--claims` says that a server honours.
 *
 * @throws CliError `BAD_OPTION` for an unknown claim, and where nobody would look at any
 */
export function parseClaims(
  text: string | undefined,
  { isLookedAt }: { readonly isLookedAt: boolean },
): ReadonlySet<Claim> {
  if (text !== undefined && !isLookedAt) {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: '--claims says what a server honours, and no server is probed.',
      next: 'Leave it out; or name a server by --model and --base-url, without --no-doctor.',
    });
  }
  const named = text === undefined ? [] : splitList(text);
  const unknown = named.find((name) => !(claims as readonly string[]).includes(name));
  if (unknown === undefined) return new Set(named as Claim[]);
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `Option '--claims' holds '${unknown}'.`,
    next: `Give some of ${claims.join(', ')}, separated by commas.`,
    fields: { claim: unknown },
  });
}
