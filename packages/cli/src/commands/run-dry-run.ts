import type { LoadedBenchmark } from '@scalequest/datasets';
import { previewSamples, type ResolvedProtocol } from '@scalequest/eval';
import type { ExitCode } from '../main.ts';
import { formatDryRun } from '../output/format-protocol.ts';
import type { OpenedModel } from '../setup/choose-model.ts';

export interface DryRunInput {
  readonly benchmark: LoadedBenchmark;
  readonly protocol: ResolvedProtocol;
  /** Undefined where none is named: then the seeds are not known. */
  readonly modelIdentity: OpenedModel['modelIdentity'] | undefined;
  readonly options: {
    readonly sample?: readonly string[];
    readonly limit?: number;
    readonly epochs?: number;
    readonly seed: number;
    readonly json?: boolean;
  };
}

/** Prints what a run would send, and asks nobody. */
export async function runDryRun({ benchmark, protocol, modelIdentity, options }: DryRunInput): Promise<ExitCode> {
  const samples = previewSamples({
    benchmark,
    protocol,
    seed: options.seed,
    ...(modelIdentity === undefined ? {} : { modelIdentity }),
    ...(options.sample === undefined ? {} : { ids: options.sample }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  });
  const epochs = options.epochs ?? protocol.protocol.epochs ?? 1;
  if (options.json === true) {
    const { label, sha256, protocol: data } = protocol;
    console.log(JSON.stringify({ benchmark: benchmark.name, epochs, protocol: { label, sha256, data }, samples }));
  } else {
    console.log(formatDryRun({ benchmark: benchmark.name, protocol, epochs, samples }));
  }
  return 0;
}
