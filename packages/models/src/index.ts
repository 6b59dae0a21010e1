export type { EndpointOptions, EndpointSource } from './discovery/endpoint-source.ts';
export {
  type FollowEndpointsOptions,
  type FollowedEndpoints,
  followEndpointsFile,
} from './discovery/follow-endpoints-file.ts';
export { type ErrorClass, ModelsError, type ModelsErrorCode, type ModelsErrorDetails } from './errors.ts';
export { createLlamaClient, type LlamaClient, type LlamaClientOptions } from './in-process/create-llama-client.ts';
export { createLlamaThread } from './in-process/create-llama-thread.ts';
export {
  type EmbeddedModelName,
  embeddedModelName,
  getEmbeddedModelPath,
  isEmbeddedModelName,
} from './in-process/embedded-model.ts';
export { type AskOnceOptions, askOnce, type RequestMemory } from './journal/ask-once.ts';
export { createJournaledClient, type JournaledClientOptions } from './journal/create-journaled-client.ts';
export type { EndpointFigures } from './metrics/endpoint-meter.ts';
export type {
  ChatMessage,
  Choice,
  EndpointStatistics,
  FinishReason,
  GenerateOptions,
  GenerateRequest,
  GenerateResponse,
  ModelCall,
  ModelClient,
  ModelFingerprint,
  ModelStatistics,
  Prompt,
  SampleKey,
  Sampling,
  ScoredToken,
  TokenLogprob,
  Usage,
} from './model-client.ts';
export { createOpenAiClient, type OpenAiClient, type OpenAiClientOptions } from './openai/create-openai-client.ts';
export {
  type CanaryPair,
  type FindRewardOptions,
  type FoundReward,
  findReward,
  type Reward,
} from './openai/find-reward.ts';
export type { Classification, ClassifyRequest } from './openai/server-calls/classify-call.ts';
export type { Detokenization, DetokenizeRequest } from './openai/server-calls/detokenize-call.ts';
export type { Pooling, PoolRequest } from './openai/server-calls/pool-call.ts';
export type { LabelScores, ScoreLabelsRequest } from './openai/server-calls/score-labels-call.ts';
export type { Answered } from './openai/server-calls/server-call.ts';
export type { Tokenization, TokenizeRequest } from './openai/server-calls/tokenize-call.ts';
export type { ServedModel } from './openai/transport.ts';
export { createReplayClient, type ReplayClientOptions } from './replay/create-replay-client.ts';
export type { RecordedReply } from './replay/open-replies.ts';
export { type Budget, type BudgetLimits, type BudgetUse, createBudget, type TokenPrices } from './scheduling/budget.ts';
export type { Clock } from './scheduling/clock.ts';
export type { HedgeOptions, HedgeStatistics } from './scheduling/hedge-policy.ts';
