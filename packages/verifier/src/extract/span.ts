/** A place in a reply, in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What one way of looking found; null where there is nothing of its kind. */
export type Finding = (Span & { readonly answer: string }) | 'truncated' | null;

/** A finding for the span without the spaces at its ends; null when nothing is left. */
export function makeFinding(text: string, span: Span): Finding {
  let { start, end } = span;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return start === end ? null : { start, end, answer: text.slice(start, end) };
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 160;
}
