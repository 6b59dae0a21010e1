import type { Extraction } from '@scalequest/verifier';
import { element } from './element.ts';

/** Characters around the answer that a long reply shows. */
const around = 4000;

/** Where the answer stands in the reply, and by which rule it was found. */
export function showExtraction(
  reply: string,
  extraction: Extraction,
): { readonly facts: string; readonly marked: readonly (Node | string)[] } {
  if (extraction.status !== 'found') {
    const why =
      extraction.status === 'truncated'
        ? 'The reply stops inside its answer or its thinking.'
        : 'The reply holds no answer.';
    return { facts: why, marked: [reply.length > around ? '…' : '', reply.slice(-around)] };
  }
  const { start, end, rule } = extraction;
  const before = reply.slice(Math.max(0, start - around), start);
  const behind = reply.slice(end, end + around);
  return {
    facts: `By the rule ${rule}, characters ${start} to ${end} of ${reply.length}.`,
    marked: [
      start > around ? '…' : '',
      before,
      element('mark', {}, reply.slice(start, end)),
      behind,
      end + around < reply.length ? '…' : '',
    ],
  };
}
