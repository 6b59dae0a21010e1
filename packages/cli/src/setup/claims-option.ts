import { type Claim, claims } from '@scalequest/eval';
import { CliError } from '../errors.ts';
import { splitList } from './grader-options.ts';

/**
 * What `--claims` says that a server honours.
 *
 * @throws CliError `BAD_OPTION`
 */
export function parseClaims(text: string | undefined): ReadonlySet<Claim> {
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
