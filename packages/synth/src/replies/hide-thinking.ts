import { hideThinking as blankOutThinking } from '@scalequest/verifier';

/**
 * A reply with its thinking and its template's tokens blanked out; undefined where it ends inside its thinking. A template may have
 * written the opening mark, so that only the closing one is in the reply.
 */
export function hideThinking(reply: string): string | undefined {
  const { text, isCutInThinking } = blankOutThinking(reply);
  return isCutInThinking ? undefined : text;
}
