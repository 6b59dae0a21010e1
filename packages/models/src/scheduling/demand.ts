import type { GenerateRequest, Usage } from '../model-client.ts';

/** What a request may take, before it is sent. */
export interface Demand {
  /** Tokens of the prompt and all its samples, as far as those before it tell. */
  readonly expectedTokens: number;
  /** What it cannot exceed. */
  readonly most: Usage;
}

/** Estimates what requests take, and learns from what they took. */
export interface DemandEstimator {
  readonly estimate: (request: GenerateRequest, stage: string) => Demand;
  readonly learn: (request: GenerateRequest, stage: string, usage: Usage) => void;
}

/** How much the newest request changes an average. */
const newest = 1 / 32;
/** Before anything is known: English has about four characters a token, and mathematics three. */
const tokensPerByteAtFirst = 0.35;
/** Roles, markers and the opening of the reply, which a template adds to each turn. */
const tokensPerTurn = 16;

/** Replies are estimated by stage: those of one prompt and one protocol are alike. At first each is taken for the longest. */
export function createDemandEstimator(): DemandEstimator {
  let tokensPerByte = tokensPerByteAtFirst;
  const tokensPerSample = new Map<string, number>();
  return {
    estimate: (request, stage) => {
      const { maxTokens, n = 1 } = request.sampling;
      const bytes = countBytes(request);
      const perSample = Math.min(maxTokens, tokensPerSample.get(stage) ?? maxTokens);
      return {
        expectedTokens: bytes * tokensPerByte + n * perSample,
        // No token is less than a byte.
        most: { promptTokens: bytes + tokensPerTurn * countTurns(request), completionTokens: n * maxTokens },
      };
    },
    learn: (request, stage, { promptTokens, completionTokens }) => {
      const perSample = completionTokens / (request.sampling.n ?? 1);
      const known = tokensPerSample.get(stage);
      tokensPerSample.set(stage, known === undefined ? perSample : known + (perSample - known) * newest);
      const bytes = countBytes(request);
      if (bytes > 0) tokensPerByte += (promptTokens / bytes - tokensPerByte) * newest;
    },
  };
}

function countBytes({ prompt }: GenerateRequest): number {
  if (prompt.kind === 'completion') return Buffer.byteLength(prompt.text);
  return prompt.messages.reduce((total, { content }) => total + Buffer.byteLength(content), 0);
}

function countTurns({ prompt }: GenerateRequest): number {
  return prompt.kind === 'completion' ? 1 : prompt.messages.length + 1;
}
