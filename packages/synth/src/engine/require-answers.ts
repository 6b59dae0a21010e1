import { excerpt } from '@scalequest/core';
import { SynthError } from '../errors.ts';
import type { ShardPlace } from './shard-files.ts';
import type { OpenShardModels } from './shard-models.ts';

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
  { rows, models }: { readonly rows: number; readonly models: Pick<OpenShardModels, 'getUsage' | 'getGivenUp'> },
): void {
  const { requests, last } = models.getGivenUp();
  if (models.getUsage().requests > 0 || requests === 0 || rows < fewest) return;
  throw new SynthError({
    code: 'REQUESTS_FAILED',
    what: `Stage '${stage}' got no answer to any of its ${requests} requests for shard ${number} of generator '${generator}'.`,
    why: `The last one: ${excerpt(last?.message ?? '')}`,
    next: 'None of its rows was dropped. Mend the server, or what the recipe asks of it; the same command asks again.',
    fields: { stage, generator, number, requests, code: last?.code },
    cause: last,
  });
}
