/** A fenced block of Markdown. */
export interface Block {
  /** Without the indentation of its fence. */
  readonly code: string;
  /** Of its lines in the text. */
  readonly start: number;
  readonly end: number;
}

const opener = /^(?<indent>[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)*)(?<fence>`{3,}|~{3,})[ \t]*(?<info>[^`]*)$/;
/** A block that begins behind words on their line says its language. */
const lateOpener = /\S[ \t]*(?<fence>`{3,})(?:python3?|py)[ \t]*$/i;

/**
 * The fenced blocks of a text, in order. The last one may be left open. One that is opened inside another ends that one,
 * and a fence at the end of a line of code closes it.
 */
export function findBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { readonly fence: string; readonly indent: number; readonly start: number } | undefined;
  const close = (end: number): void => {
    if (open === undefined) return;
    const code = text.slice(open.start, end);
    blocks.push({ code: removeIndent(code, open.indent), start: open.start, end });
    open = undefined;
  };
  let start = 0;
  for (const line of text.split('\n')) {
    const next = start + line.length + 1;
    if (open !== undefined && isCloser(line, open.fence)) close(start);
    else {
      const groups = opener.exec(line)?.groups ?? lateOpener.exec(line)?.groups;
      if (groups !== undefined && (open === undefined || groups.info !== '')) {
        close(start);
        open = { fence: groups.fence as string, indent: groups.indent?.length ?? 0, start: next };
      } else if (open !== undefined && line.endsWith(open.fence)) close(start + line.length - open.fence.length);
    }
    start = next;
  }
  close(text.length);
  return blocks;
}

/** The index of the first fence of a text, or -1. */
export function findFence(text: string): number {
  return text.search(/^[ \t]*(?:```|~~~)|```[ \t]*$/m);
}

function isCloser(line: string, fence: string): boolean {
  const mark = line.trim();
  return mark.length >= fence.length && mark === (fence[0] as string).repeat(mark.length);
}

function removeIndent(code: string, width: number): string {
  return width === 0 ? code : code.replaceAll(new RegExp(`^[ \\t]{1,${width}}`, 'gm'), '');
}
