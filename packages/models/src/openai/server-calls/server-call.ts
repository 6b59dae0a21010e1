import type { z } from 'zod';
import type { Prompt, Usage } from '../../model-client.ts';

/** What every answer of a server tells beside what it says. */
export interface Answered {
  /** Tokens that it read; undefined where the server counts none. */
  readonly usage?: Usage;
  /** Time of the request that succeeded, in milliseconds; waiting and failed attempts are not in it. */
  readonly latencyMs: number;
  /** Requests that were sent, the successful one included. */
  readonly attempts: number;
  /** Base URL of the endpoint that answered. */
  readonly endpoint: string;
}

/** What an answer says, or why it does not say it. `unsupported` is a server that will never say it. */
export type ReadAnswer<T> =
  | { readonly value: T; readonly usage?: Usage | undefined }
  | { readonly problem: string }
  | { readonly unsupported: string };

/** A request for something that servers have beside OpenAI's API. */
export interface ServerCall<T> {
  /** Also the stage of the call, where none is given. */
  readonly name: string;
  readonly path: string;
  readonly below: 'base' | 'root';
  readonly body: Readonly<Record<string, unknown>>;
  /** What the model reads; undefined where none is asked. */
  readonly prompt?: Prompt;
  readonly read: (body: unknown) => ReadAnswer<T>;
}

/**
 * A prompt under the names that servers have for it. Each takes its own and passes over the others, so that one body does for
 * all: vLLM's is `input` (or `prompt`), SGLang's `text` (or `prompt`) and llama.cpp's `content`. A conversation is `messages`.
 */
export function toInput(prompt: Prompt, names: readonly string[]): Readonly<Record<string, unknown>> {
  return prompt.kind === 'chat'
    ? { messages: prompt.messages }
    : Object.fromEntries(names.map((name) => [name, prompt.text]));
}

/** Where in a body it goes wrong, and why. */
export function describeShape(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'another shape' : `${issue.path.join('.') || 'body'}: ${issue.message}`;
}

/** Tokens of a prompt alone. */
export function toPromptUsage(tokens: number | null | undefined): Usage | undefined {
  return typeof tokens === 'number' ? { promptTokens: tokens, completionTokens: 0 } : undefined;
}
