import { loadEventStreamParser } from './load-packages.ts';
import { createTextBuilder, type TextBuilder } from './text-builder.ts';

/** What the events of a streamed answer say together. */
export type StreamedAnswer =
  /** The body that would have come unstreamed. */
  | { readonly kind: 'body'; readonly body: Readonly<Record<string, unknown>> }
  /** The server says that it failed: as a status, and the text of a body. */
  | { readonly kind: 'error'; readonly status: number; readonly text: string }
  /** It is no stream of replies, or not all of one. */
  | { readonly kind: 'problem'; readonly problem: string; readonly text: string };

/** Reads one streamed answer as it comes. */
export interface StreamReader {
  readonly push: (chunk: Uint8Array) => void;
  /** Whether `[DONE]` came: what happens to the connection then is of no matter. */
  readonly isDone: boolean;
  /** Whether the answer is lost already, and the rest of it not worth waiting for. */
  readonly hasFailed: boolean;
  /** What it said, when its end is there. */
  readonly end: () => StreamedAnswer;
}

type Json = Readonly<Record<string, unknown>>;

/** The fields of log-probabilities that are lists with one entry for each token. */
const logprobLists = ['content', 'tokens', 'token_logprobs', 'top_logprobs'] as const;

/** In characters. One with whole replies for hundreds of samples, log-probabilities and all, is far shorter. */
const longestEvent = 2 ** 26;

interface ChoiceParts {
  readonly text: TextBuilder;
  readonly reasoningContent: TextBuilder;
  readonly reasoning: TextBuilder;
  readonly logprobs: Partial<Record<(typeof logprobLists)[number], unknown[]>>;
  isChat: boolean;
  finishReason: string | null;
}

/**
 * Puts a streamed answer to a chat or a completion request together again, so that it reads as one that came whole.
 *
 * A stream is whole at `[DONE]`, or where a server sends none, when it ends and each choice that began has its reason: one
 * that was cut off is never taken for a short reply.
 */
export function createStreamReader(): StreamReader {
  // Also takes away the mark that may stand before the first byte; a character may lie over two chunks.
  const decoder = new TextDecoder();
  const choices = new Map<number, ChoiceParts>();
  let failure: StreamedAnswer | undefined;
  let isDone = false;
  let model: unknown;
  let systemFingerprint: unknown;
  let usage: unknown;

  const readData = (data: string, name: string | undefined): void => {
    if (failure !== undefined || isDone) return;
    if (data.trim() === '[DONE]') {
      isDone = true;
      return;
    }
    const event = parseObject(data);
    if (name === 'error' || (event !== undefined && isError(event))) failure = readError(event ?? {}, data);
    else if (event === undefined) failure = fail('One of its events is not a JSON object.', data);
    else readEvent(event, data);
  };

  const readEvent = (event: Json, data: string): void => {
    // Azure's first event has an empty name.
    model ||= event.model;
    systemFingerprint ||= event.system_fingerprint;
    usage = event.usage ?? usage;
    const parts = event.choices ?? [];
    if (!Array.isArray(parts)) failure = fail('The choices of one of its events are no list.', data);
    else if (!parts.every((part) => readChoice(part))) failure = fail('One of its choices has another shape.', data);
  };

  const readChoice = (part: unknown): boolean => {
    if (!isObject(part)) return false;
    const choice = getChoice(typeof part.index === 'number' ? part.index : 0);
    const delta = part.delta ?? part.message;
    if (isObject(delta)) choice.isChat = true;
    const { content, reasoning_content: reasoningContent, reasoning } = isObject(delta) ? delta : {};
    if (typeof part.finish_reason === 'string') choice.finishReason = part.finish_reason;
    if (isObject(part.logprobs)) addLogprobs(choice.logprobs, part.logprobs);
    return (
      choice.text.add(content ?? part.text) &&
      choice.reasoningContent.add(reasoningContent) &&
      choice.reasoning.add(reasoning)
    );
  };

  const getChoice = (index: number): ChoiceParts => {
    const found = choices.get(index);
    if (found !== undefined) return found;
    const [text, reasoningContent, reasoning] = [createTextBuilder(), createTextBuilder(), createTextBuilder()];
    const choice = { text, reasoningContent, reasoning, logprobs: {}, isChat: false, finishReason: null };
    choices.set(index, choice);
    return choice;
  };

  const parser = loadEventStreamParser()({
    maxBufferSize: longestEvent,
    onEvent: ({ data, event }) => readData(data, event),
    // llama.cpp once sent its errors as a field of their own; other fields that are not known say nothing.
    onError: ({ type, field, value }) => {
      if (field === 'error') readData(value ?? '', 'error');
      if (type === 'max-buffer-size-exceeded') failure ??= fail('One of its events has no end.', '');
    },
  });

  return {
    push: (chunk) => {
      if (failure === undefined) parser.feed(decoder.decode(chunk, { stream: true }));
    },
    get isDone() {
      return isDone;
    },
    get hasFailed() {
      return failure !== undefined;
    },
    end: () => {
      // The last event may lack the empty line after it.
      if (!isDone && failure === undefined) parser.feed(`${decoder.decode()}\n\n`);
      if (failure !== undefined) return failure;
      const isFinished = choices.size > 0 && [...choices.values()].every(({ finishReason }) => finishReason !== null);
      if (!isDone && !isFinished) return fail('Its stream ended before the replies did.', '');
      const body = {
        model,
        system_fingerprint: systemFingerprint,
        choices: [...choices].map(([index, choice]) => describeChoice(index, choice)),
        usage,
      };
      return { kind: 'body', body };
    },
  };
}

function describeChoice(index: number, { isChat, finishReason, logprobs, ...builders }: ChoiceParts): Json {
  const text = builders.text.build();
  const reasoningContent = builders.reasoningContent.build();
  const reasoning = builders.reasoning.build();
  return {
    index,
    finish_reason: finishReason,
    ...(isChat
      ? { message: { content: text, reasoning_content: reasoningContent || null, reasoning: reasoning || null } }
      : { text }),
    logprobs: Object.keys(logprobs).length === 0 ? null : logprobs,
  };
}

function addLogprobs(known: ChoiceParts['logprobs'], part: Json): void {
  for (const name of logprobLists) {
    const list = part[name];
    if (!Array.isArray(list)) continue;
    known[name] ??= [];
    for (const entry of list) known[name].push(entry);
  }
}

/** OpenAI, vLLM and SGLang: `{"error": {...}}`; older ones the error itself, with `"object": "error"`. */
function isError({ error, object }: Json): boolean {
  return (error !== undefined && error !== null) || object === 'error';
}

/** Its code where that is a status of a failure. Not 404: the address was right, since an answer began. */
function readError(event: Json, text: string): StreamedAnswer {
  const { code } = isObject(event.error) ? event.error : event;
  const isStatus = typeof code === 'number' && Number.isInteger(code) && code >= 400 && code < 600;
  return { kind: 'error', status: isStatus && code !== 404 && code !== 405 ? code : 500, text };
}

function fail(problem: string, text: string): StreamedAnswer {
  return { kind: 'problem', problem, text };
}

function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
