const marks = /<(\/?)(think|thinking|thought|reasoning)>/gi;

/**
 * What stands behind a reply's thinking; undefined where it ends inside it. A template may have written the opening mark, so that
 * only the closing one is in the reply.
 */
export function hideThinking(reply: string): string | undefined {
  let end = 0;
  let isOpen = false;
  for (const { index, 0: mark, 1: slash } of reply.matchAll(marks)) {
    isOpen = slash === '';
    if (!isOpen) end = index + mark.length;
  }
  return isOpen ? undefined : reply.slice(end);
}
