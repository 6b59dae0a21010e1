/** The part of a reply that may hold a program. */
export interface ReplyText {
  /** Without thinking, a byte order mark, tokens that end a turn, and with `\n` at the end of every line. */
  readonly text: string;
  /** The index in the reply of an index of the text. */
  readonly locate: (index: number) => number;
}

const names = 'think|thinking|thoughts?|reasoning|reflection|scratchpad|analysis|seed:think';
/** An opening mark stands at the start of a line: within one it may be part of a program's text. */
const marks = new RegExp(
  `(?<open>^[ \\t]*(?:<(?:${names})>|◁think▷|\\[THINK\\]|<\\|(?:begin_of_thought|START_THINKING)\\|>|<\\|channel\\|>analysis<\\|message\\|>))|(?<close></(?:${names})>|◁/think▷|\\[/THINK\\]|<\\|(?:end_of_thought|END_THINKING)\\|>|<\\|channel\\|>final<\\|message\\|>)`,
  'gim',
);
/** What is behind one of these is another text. */
const ends =
  /<\|(?:im_end|eot_id|eom_id|endoftext|end_of_text|end|return)\|>|<end_of_turn>|<｜end▁of▁sentence｜>|<\/s>\s*$/;

/** Reads a reply for its program. Thinking is blanked out, as the verifier does with it. */
export function readReply(reply: string): ReplyText {
  const visible = hideThinking(reply);
  const end = ends.exec(visible)?.index ?? visible.length;
  const start = visible.startsWith('\ufeff') ? 1 : 0;
  const text = visible.slice(start, end).replaceAll(/\r\n?/g, '\n');
  const locate = (index: number): number => {
    let at = start;
    for (let left = index; left > 0; left--) at += visible.startsWith('\r\n', at) ? 2 : 1;
    return at;
  };
  return { text, locate };
}

/** Line breaks in place of thinking, so that every index still fits. A closing mark alone closes all before it. */
function hideThinking(reply: string): string {
  const hidden: { readonly from: number; readonly to: number }[] = [];
  let openedAt = -1;
  const hide = (from: number, to: number): void => {
    if (from === 0) hidden.length = 0;
    hidden.push({ from, to });
  };
  for (const { index, groups, 0: mark } of reply.matchAll(marks)) {
    if (groups?.open !== undefined) {
      if (openedAt === -1) openedAt = index;
    } else {
      hide(Math.max(openedAt, 0), index + mark.length);
      openedAt = -1;
    }
  }
  if (openedAt !== -1) hide(openedAt, reply.length);
  let visible = '';
  let at = 0;
  for (const { from, to } of hidden) {
    visible += reply.slice(at, from) + '\n'.repeat(to - from);
    at = to;
  }
  return visible + reply.slice(at);
}
