import type { ModelServerOptions, ModelServerRequest } from './model-server-options.ts';
import { countWords, takeLastWords } from './words.ts';

interface Turn {
  readonly role: string;
  readonly content: string;
}

/** ChatML with spaces around its markers, so that each is a word and so a token. */
function writeTurns(turns: readonly Turn[]): string {
  return `${turns.map(({ role, content }) => `<|im_start|> ${role}\n${content} <|im_end|>\n`).join('')}<|im_start|> assistant\n`;
}

/** The request as the model sees it: what templates add to it, and what a short context leaves of it. */
export function applyTemplate(
  request: ModelServerRequest,
  { template = 'none', wrapsCompletions = false, contextWords = Infinity, beginnings = 0 }: ModelServerOptions,
): ModelServerRequest {
  if (request.kind !== 'chat' && request.kind !== 'completion') return request;
  if (beginnings > 0 && request.kind === 'completion') {
    return { ...request, promptTokens: request.promptTokens + beginnings };
  }
  const written = writePrompt(request, { template, wrapsCompletions });
  if (written === undefined && request.promptTokens <= contextWords) return request;
  const { seen, whole } = written ?? { seen: request.text, whole: request.text };
  const promptTokens = Math.max(countWords(whole), written === undefined ? request.promptTokens : 0);
  return {
    ...request,
    text: promptTokens > contextWords ? takeLastWords(seen, contextWords) : seen,
    promptTokens: Math.min(promptTokens, contextWords),
  };
}

/** What the model would read as the last turn, and the whole text around it; undefined where nothing is written. */
function writePrompt(
  { kind, body, text }: ModelServerRequest,
  { template, wrapsCompletions }: Required<Pick<ModelServerOptions, 'template' | 'wrapsCompletions'>>,
): { readonly seen: string; readonly whole: string } | undefined {
  if (kind === 'completion') {
    return wrapsCompletions ? { seen: text, whole: writeTurns([{ role: 'user', content: text }]) } : undefined;
  }
  if (template === 'none') return undefined;
  const inner = writeTurns(body.messages as readonly Turn[]);
  return template === 'once'
    ? { seen: text, whole: inner }
    : { seen: inner, whole: writeTurns([{ role: 'user', content: inner }]) };
}
