import { deriveSeed, describeCloseNames, digest } from '@scalequest/core';
import type { LoadedBenchmark } from '@scalequest/datasets';
import type { Prompt } from '@scalequest/models';
import { EvaluationError } from '../errors.ts';
import type { Protocol, ResolvedProtocol } from '../protocols/protocol.ts';
import { createPromptRenderer } from '../protocols/render-prompt.ts';
import { describeConfiguration } from './evaluate.ts';

export interface PreviewOptions {
  readonly benchmark: LoadedBenchmark;
  readonly protocol: ResolvedProtocol;
  /** The problems to show. @defaultValue the first `limit` ones */
  readonly ids?: readonly string[];
  /** @defaultValue 1 */
  readonly limit?: number;
  /** What names the model in the run's identity; without it the seeds of the samples are not known. */
  readonly modelIdentity?: Readonly<Record<string, unknown>>;
  /** The seed of the run. @defaultValue 0 */
  readonly seed?: number;
}

/** What a run would send for the first epoch of a problem. */
export interface PreviewedSample {
  readonly id: string;
  readonly epoch: number;
  readonly prompt: Prompt;
  /** SHA-256 of the canonical JSON of `prompt`. */
  readonly promptSha256: string;
  readonly sampling: Protocol['sampling'];
  /** Undefined where the model is not known. */
  readonly seed?: number;
}

/**
 * Shows what a run would send, without a model.
 *
 * @throws EvaluationError `UNKNOWN_SAMPLE`; what rendering the prompt throws
 */
export function previewSamples(options: PreviewOptions): readonly PreviewedSample[] {
  const { benchmark, protocol, modelIdentity, seed = 0 } = options;
  const render = createPromptRenderer(protocol);
  const configuration =
    modelIdentity === undefined ? undefined : digest(describeConfiguration({ benchmark, protocol, modelIdentity }));
  return findPositions(options).map((position) => {
    const problem = benchmark.problems[position] as LoadedBenchmark['problems'][number];
    const prompt = render(problem, position);
    const key = { id: problem.id, epoch: 0 };
    return {
      ...key,
      prompt,
      promptSha256: digest(prompt),
      sampling: protocol.protocol.sampling,
      ...(configuration === undefined ? {} : { seed: deriveSeed({ seed, configuration, ...key }) }),
    };
  });
}

function findPositions({ benchmark, ids, limit = 1 }: PreviewOptions): readonly number[] {
  const { problems } = benchmark;
  if (ids === undefined) return Array.from({ length: Math.min(limit, problems.length) }, (_, position) => position);
  const positions = new Map(problems.map(({ id }, position) => [id, position]));
  return ids.map((id) => {
    const position = positions.get(id);
    if (position !== undefined) return position;
    throw new EvaluationError({
      code: 'UNKNOWN_SAMPLE',
      kind: 'request',
      what: `Benchmark '${benchmark.name}' has no problem '${id}'.`,
      why: describeCloseNames(id, positions.keys()),
      next: `Its first problem is '${problems[0]?.id}'.`,
      fields: { id },
    });
  });
}
