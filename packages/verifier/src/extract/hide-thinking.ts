import type { Span } from './span.ts';

/**
 * Marks that open or close thinking, and tokens of chat templates, which say nothing. `<|end|>` closes the analysis of
 * some models and ends the turn of others.
 */
const names = 'think|thinking|thoughts?|reasoning|reason|reflection|scratchpad|analysis|seed:think|internal_monologue';
const marks = new RegExp(
  [
    `(?<open><(?:${names})\\s*>|◁think▷|\\[THINK\\]|<\\|(?:begin_of_thought|START_THINKING)\\|>|<\\|channel\\|>analysis<\\|message\\|>|<unused94>)`,
    `(?<close></(?:${names})\\s*>|◁/think▷|\\[/THINK\\]|<\\|(?:end_of_thought|END_THINKING)\\|>|<\\|channel\\|>final<\\|message\\|>|<unused95>)`,
    `(?<token><\\|(?:im_end|im_start|eot_id|eom_id|endoftext|end_of_text|end|return|start|begin_of_solution|end_of_solution|START_RESPONSE|END_RESPONSE|END_OF_TURN_TOKEN)\\|>|</?s>|<(?:end|start)_of_turn>|<｜end▁of▁sentence｜>)`,
  ].join('|'),
  'gi',
);

/** A reply without its thinking. */
export interface VisibleText {
  /** The reply with its thinking blanked out, so that every index still fits the original. */
  readonly text: string;
  /** Whether the reply ends inside its thinking. */
  readonly isCutInThinking: boolean;
}

/**
 * Blanks out thinking blocks: what stands there is not the answer, boxed or not. Where a closing tag has no opening
 * one, which chat templates put into the prompt, everything before it is thinking.
 *
 * @example
 * hideThinking('<think>6?</think>It is 5.').text.trim(); // 'It is 5.'
 */
export function hideThinking(reply: string): VisibleText {
  const hidden: Span[] = [];
  let openedAt = -1;
  for (const { index, groups, 0: mark } of reply.matchAll(marks)) {
    const end = index + mark.length;
    if (groups?.open !== undefined) {
      if (openedAt === -1) openedAt = index;
    } else if (groups?.close !== undefined || (openedAt !== -1 && mark === '<|end|>')) {
      if (openedAt === -1) hidden.length = 0;
      hidden.push({ start: Math.max(openedAt, 0), end });
      openedAt = -1;
    } else if (openedAt === -1) hidden.push({ start: index, end });
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
