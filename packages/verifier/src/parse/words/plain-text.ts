/** Normalised text with the words out of their `\text{}`, and single spaces. */
export function toPlainText(normalized: string): string {
  const bare = normalized.includes('\\text{') ? normalized.replaceAll(/\\text\{([^{}]*)\}/g, ' $1 ') : normalized;
  return bare
    .replaceAll(/[\s~]+/g, ' ')
    .replaceAll(/(?<=[([]) | (?=[)\].,:;])/g, '')
    .trim();
}

/** Without the marks that end or frame a sentence. */
export function trimMarks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && ' .,;:!?"*'.includes(text[start] as string)) start++;
  while (end > start && ' .,;:!?"*'.includes(text[end - 1] as string)) end--;
  return text.slice(start, end);
}
