/** A text without the byte order mark that some editors put before it; `JSON.parse` takes none. */
export function stripByteOrderMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
