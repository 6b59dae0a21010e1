import { excerpt } from '@scalequest/core';
import { SynthError } from '../errors.ts';
import type { ShardPlace } from './shard-files.ts';
import type { OpenShardModels } from './shard-models.ts';
import type { Decision } from './stage.ts';

/** Of fewer it may be chance, or the rows' own fault. */
const fewest = 8;

/**
 * A server that takes no request of a whole shard takes none at all, such as one that does not know a setting. To drop its rows, and
 * those of every shard behind it, would spend what was paid for them before and leave nothing.
 *
 * @throws SynthError `REQUESTS_FAILED`
 */
export function requireAnswers(
  { stage, generator, number }: ShardPlace,
  {
    decisions,
    models,
  }: { readonly decisions: readonly Decision[]; readonly models: Pick<OpenShardModels, 'getUsage' | 'getGivenUp'> },
): void {
  const { rows, last } = models.getGivenUp();
  if (models.getUsage().requests > 0 || rows === 0) return;
  // Rows may share a request, and one row may be asked about often.
  const failed = decisions.filter((decision) => 'drop' in decision && decision.drop === 'request-failed').length;
  const affected = Math.max(rows, failed === decisions.length ? failed : 0);
  if (affected < fewest) return;
  throw new SynthError({
    code: 'REQUESTS_FAILED',
    what: `Stage '${stage}' got no answer in shard ${number} of generator '${generator}' to what it asked about ${affected} rows.`,
    why: `The last one: ${excerpt(last?.message ?? '')}`,
    next: 'None of its rows was dropped. Mend the server, or what the recipe asks of it; the same command asks again.',
    fields: { stage, generator, number, rows: affected, code: last?.code },
    cause: last,
  });
}
