/** Questions about UTF-16 code units. NaN, which `charCodeAt` gives past the end, answers every one with no. */

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

export function isSpace(code: number): boolean {
  return (
    code === 32 ||
    (code >= 9 && code <= 13) ||
    code === 160 ||
    (code >= 8192 && code <= 8203) ||
    code === 8239 ||
    code === 12288
  );
}

/** Whether this code unit and a neighbour of its kind would run together without a space between them. */
export function isWordLike(code: number): boolean {
  return isDigit(code) || isLetter(code) || code > 127;
}

/** The end of the run of digits that starts at `start`. */
export function skipDigits(text: string, start: number): number {
  let i = start;
  while (isDigit(text.charCodeAt(i))) i++;
  return i;
}

export function skipLetters(text: string, start: number): number {
  let i = start;
  while (isLetter(text.charCodeAt(i))) i++;
  return i;
}

export function skipSpaces(text: string, start: number): number {
  let i = start;
  while (isSpace(text.charCodeAt(i))) i++;
  return i;
}

/**
 * The index just behind the brace that closes the one at `open`, or -1. An escaped brace does not count. Walks at most
 * to `end`.
 */
export function skipBraces(text: string, open: number, end: number = text.length): number {
  let depth = 0;
  for (let i = open; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) i++;
    else if (code === 123) depth++;
    else if (code === 125 && --depth === 0) return i + 1;
  }
  return -1;
}
