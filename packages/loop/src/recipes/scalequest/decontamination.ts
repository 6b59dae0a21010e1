import type { LoadOptions } from '@scalequest/datasets';
import { type DecontaminateOptions, decontaminationBenchmarks } from '@scalequest/synth';
import type { ResolvedConfig } from '../../config/resolve-config.ts';
import type { Fields } from '../../engine/step.ts';
import type { LoopAccess } from '../loop-access.ts';

/** Where benchmarks and training sets are looked for. */
export function locateData(
  { data }: Pick<ResolvedConfig, 'data'>,
  { cacheDir, hub, dataDir }: LoopAccess,
): Pick<LoadOptions, 'dataDir' | 'cacheDir' | 'hub' | 'allowDownload'> {
  return {
    dataDir: data.dataDir ?? dataDir,
    cacheDir,
    ...(hub === undefined ? {} : { hub }),
    ...(data.allowDownload === undefined ? {} : { allowDownload: data.allowDownload }),
  };
}

/** The test sets that questions are compared with: in the faithful form none. */
export function locateDecontamination(
  config: ResolvedConfig,
  access: LoopAccess,
): Omit<DecontaminateOptions, 'name'> | undefined {
  const { benchmarks } = describeDecontamination(config);
  return benchmarks.length === 0 ? undefined : { data: locateData(config, access), benchmarks };
}

export function describeDecontamination({
  form,
  decontaminate = decontaminationBenchmarks,
}: ResolvedConfig): Fields & { readonly benchmarks: readonly string[] } {
  return { benchmarks: form === 'faithful' ? [] : [...decontaminate] };
}
