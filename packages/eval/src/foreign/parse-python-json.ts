/** Parses JSON as Python writes it: where a number may be NaN or infinite, it stands bare, and is null here. */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const mended = replaceBareNumbers(text);
    if (mended === text) throw error;
    return JSON.parse(mended);
  }
}

/** Strings are passed over by hand: a pattern that matches one of some million characters runs out of stack. */
function replaceBareNumbers(text: string): string {
  const bareOrQuote = /"|-?\b(?:NaN|Infinity)\b/g;
  const parts: string[] = [];
  let kept = 0;
  for (let found = bareOrQuote.exec(text); found !== null; found = bareOrQuote.exec(text)) {
    if (found[0] === '"') {
      bareOrQuote.lastIndex = findStringEnd(text, found.index + 1);
    } else {
      parts.push(text.slice(kept, found.index), 'null');
      kept = bareOrQuote.lastIndex;
    }
  }
  return parts.join('') + text.slice(kept);
}

/** Where the string that begins here is over: behind its quote, or at the end of the text. */
function findStringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (quote - backslashes > start && text[quote - backslashes - 1] === '\\') backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return text.length;
}
