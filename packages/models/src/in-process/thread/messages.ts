import type { ModelsErrorDetails } from '../../errors.ts';
import type { GenerateRequest, GenerateResponse, ModelFingerprint } from '../../model-client.ts';
import type { LlamaClientOptions } from '../create-llama-client.ts';

/** What the thread is begun with. */
export type ThreadOptions = Omit<LlamaClientOptions, 'importLlama'>;

export type ToThread =
  | { readonly kind: 'generate'; readonly id: number; readonly request: GenerateRequest }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'ready'; readonly parameters: number; readonly fingerprint: ModelFingerprint }
  | { readonly kind: 'broken'; readonly error: SentError }
  | { readonly kind: 'reply'; readonly id: number; readonly response: GenerateResponse }
  | { readonly kind: 'failed'; readonly id: number; readonly error: SentError };

/** An error that keeps its class and code on its way between threads. */
export type SentError =
  | { readonly kind: 'models'; readonly details: ModelsErrorDetails }
  | { readonly kind: 'other'; readonly message: string };
