import type { Span } from './span.ts';

const openTags: readonly string[] = ['<think>', '<thinking>', '<|begin_of_thought|>'];
const closeTags: readonly string[] = ['</think>', '</thinking>', '<|end_of_thought|>'];

export interface VisibleText {
  /** The reply with its thinking blanked out, so that every index still fits the original. */
  readonly text: string;
  /** Whether the reply ends inside its thinking. */
  readonly isCutInThinking: boolean;
}

/**
 * Blanks out thinking blocks: what stands there is not the answer, boxed or not. Where a closing tag has no opening
 * one, which chat templates put into the prompt, everything before it is thinking.
 */
export function hideThinking(reply: string): VisibleText {
  const hidden: Span[] = [];
  let openedAt = -1;
  for (let i = reply.indexOf('<'); i !== -1; i = reply.indexOf('<', i + 1)) {
    const open = openTags.find((tag) => reply.startsWith(tag, i));
    const close = open === undefined ? closeTags.find((tag) => reply.startsWith(tag, i)) : undefined;
    if (open !== undefined && openedAt === -1) openedAt = i;
    if (close === undefined) continue;
    if (openedAt === -1) hidden.length = 0;
    hidden.push({ start: Math.max(openedAt, 0), end: i + close.length });
    openedAt = -1;
  }
  if (openedAt !== -1) hidden.push({ start: openedAt, end: reply.length });
  return { text: hidden.length === 0 ? reply : blankOut(reply, hidden), isCutInThinking: openedAt !== -1 };
}

function blankOut(reply: string, hidden: readonly Span[]): string {
  const pieces: string[] = [];
  let position = 0;
  for (const { start, end } of hidden) {
    // A line break, so that no line runs from before the thinking to behind it.
    pieces.push(reply.slice(position, start), '\n'.repeat(end - start));
    position = end;
  }
  pieces.push(reply.slice(position));
  return pieces.join('');
}
