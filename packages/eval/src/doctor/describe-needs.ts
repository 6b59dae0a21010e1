import type { LoadedBenchmark } from '@scalequest/datasets';
import { evalDefaults } from '../pipeline/eval-defaults.ts';
import { findBeginning } from '../protocols/describe-protocol.ts';
import type { ResolvedProtocol } from '../protocols/protocol.ts';
import { createPromptRenderer } from '../protocols/render-prompt.ts';

/** What a run asks of a server and of the disk. */
export interface RunNeeds {
  readonly samples: number;
  /** What is sent: turns, or raw text where the protocol or its template writes it. */
  readonly kind: 'chat' | 'completion';
  readonly temperature: number;
  readonly maxTokens: number;
  readonly hasStops: boolean;
  /** Of the longest prompt, in characters. */
  readonly longestPrompt: number;
  /** The token that begins a text, where the protocol writes it itself. */
  readonly beginning?: string;
}

export interface NeedsInput {
  readonly benchmark: LoadedBenchmark;
  readonly protocol: ResolvedProtocol;
  readonly limit?: number;
  readonly epochs?: number;
}

/** Reads them from the protocol and from every prompt that a run would send. */
export function describeNeeds({ benchmark, protocol, limit, epochs }: NeedsInput): RunNeeds {
  const { sampling, prompt, template } = protocol.protocol;
  const problems = benchmark.problems.slice(0, limit);
  const render = createPromptRenderer(protocol);
  let longestPrompt = 0;
  for (const [position, problem] of problems.entries()) {
    const written = render(problem, position);
    const length =
      written.kind === 'completion'
        ? written.text.length
        : written.messages.reduce((sum, { content }) => sum + content.length, 0);
    longestPrompt = Math.max(longestPrompt, length);
  }
  const beginning = findBeginning(protocol.protocol);
  return {
    ...(beginning === undefined ? {} : { beginning }),
    samples: problems.length * (epochs ?? protocol.protocol.epochs ?? evalDefaults.epochs),
    kind: prompt.kind === 'completion' || template !== undefined ? 'completion' : 'chat',
    temperature: sampling.temperature,
    maxTokens: sampling.maxTokens,
    hasStops: sampling.stop.length > 0,
    longestPrompt,
  };
}

/** Of a server that nobody has yet said what to ask: short questions in turns. */
export const bareNeeds: RunNeeds = {
  samples: 0,
  kind: 'chat',
  temperature: 0,
  maxTokens: 1024,
  hasStops: false,
  longestPrompt: 1000,
};
