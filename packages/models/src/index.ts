export { type ErrorClass, ModelsError, type ModelsErrorCode, type ModelsErrorDetails } from './errors.ts';
export { createLlamaClient, type LlamaClient, type LlamaClientOptions } from './in-process/create-llama-client.ts';
export { embeddedModelName, getEmbeddedModelPath } from './in-process/embedded-model.ts';
export type {
  ChatMessage,
  Choice,
  EndpointStatistics,
  FinishReason,
  GenerateRequest,
  GenerateResponse,
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
export type { ServedModel } from './openai/transport.ts';
export { createReplayClient, type ReplayClientOptions } from './replay/create-replay-client.ts';
export type { RecordedReply } from './replay/open-replies.ts';
export type { Clock } from './scheduling/clock.ts';
