/** Parses JSON as Python writes it: where a number may be NaN or infinite, it stands bare, and is null here. */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Strings are matched first, so that a word in them stays.
    const mended = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) =>
      found.startsWith('"') ? found : 'null',
    );
    if (mended === text) throw error;
    return JSON.parse(mended);
  }
}
