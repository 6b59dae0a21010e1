/** Tokens are words here. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}

/** The first `count` words, with the space between them. */
export function takeWords(text: string, count: number): string {
  return (
    text
      .match(/\s*\S+/g)
      ?.slice(0, count)
      .join('') ?? ''
  );
}

/** The last `count` words. */
export function takeLastWords(text: string, count: number): string {
  return (
    text
      .match(/\s*\S+/g)
      ?.slice(-count)
      .join('') ?? ''
  );
}
