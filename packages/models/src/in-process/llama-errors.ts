import { ModelsError } from '../errors.ts';

/** @returns what to throw where node-llama-cpp or its binary does not load */
export function engineUnavailable(cause: unknown): ModelsError {
  const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
  const isWithoutBinary = cause instanceof Error && cause.name === 'NoBinaryFoundError';
  const platform = `${process.platform}-${process.arch}`;
  const why = isMissing
    ? "Package 'node-llama-cpp' is not installed."
    : isWithoutBinary || (cause instanceof Error && cause.message.includes('NoBinaryFound'))
      ? `node-llama-cpp has no binary here for ${platform}.`
      : `It says: ${describe(cause)}`;
  return new ModelsError({
    code: 'ENGINE_UNAVAILABLE',
    errorClass: 'fatal',
    what: 'The in-process engine for GGUF files does not load.',
    why,
    next: isMissing
      ? 'Run `npm ci` with optional packages (no --omit=optional), or name a model on a server: --model NAME --base-url URL.'
      : 'Run `npm ci` again on this machine, or name a model on a server: --model NAME --base-url URL.',
    fields: { platform },
    cause,
  });
}

export function modelFileMissing(path: string, cause: unknown): ModelsError {
  return new ModelsError({
    code: 'MODEL_FILE_UNREADABLE',
    kind: 'request',
    errorClass: 'fatal',
    what: `Model file ${path} cannot be read.`,
    why: describe(cause),
    next: 'Give the path of a GGUF file.',
    fields: { path },
    cause,
  });
}

export function modelFileBroken(path: string, why: string, cause?: unknown): ModelsError {
  return new ModelsError({
    code: 'MODEL_FILE_BROKEN',
    kind: 'request',
    errorClass: 'fatal',
    what: `Model file ${path} cannot be loaded.`,
    why,
    next: 'Give a whole GGUF file of a text model; if it was downloaded, compare its size and hash with the source.',
    fields: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}

export function contextUnavailable(
  subject: { readonly path: string; readonly sequences: number; readonly contextSize: number },
  cause: unknown,
): ModelsError {
  return new ModelsError({
    code: 'CONTEXT_UNAVAILABLE',
    errorClass: 'fatal',
    what: `There is no room for ${subject.sequences} replies of ${subject.path} at once, each of ${subject.contextSize} tokens.`,
    why: describe(cause),
    next: 'Ask for fewer at once: --concurrency 1.',
    fields: subject,
    cause,
  });
}

export function promptTooLong(promptTokens: number, contextSize: number): ModelsError {
  return new ModelsError({
    code: 'CONTEXT_TOO_LONG',
    errorClass: 'drop',
    what: `The prompt has ${promptTokens} tokens, and the model's context holds ${contextSize}.`,
    why: 'There is no room for a reply.',
    next: 'Shorten the prompt, or take a model with a longer context.',
    fields: { promptTokens, contextSize },
  });
}

export function promptRefused(what: string, why: string | undefined, next: string, cause?: unknown): ModelsError {
  return new ModelsError({
    code: 'BAD_REQUEST',
    errorClass: 'drop',
    what,
    ...(why === undefined ? {} : { why }),
    next,
    ...(cause === undefined ? {} : { cause }),
  });
}

export function chatTemplateMissing(path: string): ModelsError {
  return new ModelsError({
    code: 'CHAT_TEMPLATE_MISSING',
    kind: 'request',
    errorClass: 'fatal',
    what: `Model file ${path} has no chat template, so a conversation cannot be written as its model expects it.`,
    why: "The file has no 'tokenizer.chat_template'; it may be a base model.",
    next: "Give a file of an instruction-tuned model, or send prompts of kind 'completion'.",
    fields: { path },
  });
}

export function generationFailed(path: string, cause: unknown): ModelsError {
  return new ModelsError({
    code: 'GENERATION_FAILED',
    errorClass: 'fatal',
    what: `Model file ${path} gave no further token.`,
    why: describe(cause),
    next: 'Report this with the file and the prompt.',
    fields: { path },
    cause,
  });
}

export function describe(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const line = text.split('\n')[0] ?? '';
  return line.endsWith('.') ? line : `${line}.`;
}
