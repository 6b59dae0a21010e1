import type { IncomingMessage } from 'node:http';
import type { ModelServerRequest, RequestKind } from './model-server-options.ts';
import { countWords } from './words.ts';

/** The whole body as text. Rejects when the client goes away before its end. */
export function readBody(message: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    message.on('error', reject);
  });
}

/** The request for replies in a body, or why it is not one. */
export function parseModelRequest(
  kind: RequestKind,
  text: string,
): Pick<ModelServerRequest, 'kind' | 'body' | 'text' | 'promptTokens'> | { readonly problem: string } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { problem: 'The body is not JSON.' };
  }
  if (!isRecord(body)) return { problem: 'The body is not an object.' };
  if (typeof body.model !== 'string') return { problem: "Field 'model' is missing." };
  if (kind !== 'chat' && kind !== 'completion') {
    const own = typeof body.messages === 'object' ? joinTurns(body.messages) : findOwnText(body);
    return { kind, body, text: own, promptTokens: countWords(own) };
  }
  const asked = kind === 'chat' ? findLastUserText(body.messages) : body.prompt;
  if (typeof asked !== 'string') {
    return { problem: `Field '${kind === 'chat' ? 'messages' : 'prompt'}' is missing or of another shape.` };
  }
  return { kind, body, text: asked, promptTokens: countWords(kind === 'chat' ? joinTurns(body.messages) : asked) };
}

function findLastUserText(messages: unknown): string | undefined {
  if (!Array.isArray(messages) || !messages.every(isRecord)) return undefined;
  const last = messages.findLast((message) => message.role === 'user')?.content;
  return typeof last === 'string' ? last : undefined;
}

function findOwnText({ input, text, prompt, content, query, tokens }: Record<string, unknown>): string {
  const found = [input, text, prompt, content, query].find((value) => typeof value === 'string');
  return typeof found === 'string' ? found : JSON.stringify(tokens ?? '');
}

function joinTurns(messages: unknown): string {
  return Array.isArray(messages)
    ? messages.map((message: { content?: unknown }) => String(message.content)).join(' ')
    : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
