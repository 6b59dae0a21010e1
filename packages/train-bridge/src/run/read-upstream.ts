import { resolve } from 'node:path';
import { readProvenance, type Upstream } from './provenance.ts';
import { readTrainConfig } from './read-train-config.ts';

/** The training in a run folder, as one that builds on it records it. */
export async function readUpstream(role: Upstream['role'], runFolder: string): Promise<Upstream | undefined> {
  const [config, provenance] = await Promise.all([readTrainConfig(runFolder), readProvenance(runFolder)]);
  if (config === undefined) return undefined;
  return {
    role,
    folder: resolve(runFolder),
    run: config.run,
    recipe: provenance?.recipe ?? 'unknown',
    seed: config.seed,
    configHash: provenance?.configHash ?? null,
    dataSha256: config.data.sha256,
    upstream: provenance?.upstream ?? [],
  };
}
