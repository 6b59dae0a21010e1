import { isLetter } from '../chars.ts';

interface Step {
  /** +1 opens, -1 closes, 0 neither. */
  readonly change: number;
  readonly width: number;
}

// One object for each: every character of an answer is asked for, many times over.
const opening: Step = { change: 1, width: 1 };
const closing: Step = { change: -1, width: 1 };
const other: Step = { change: 0, width: 1 };
const command: Step = { change: 0, width: 2 };

/**
 * What stands at an index of normalised text. Round and square brackets are one kind here, because an interval mixes
 * them; `\{` is a bracket and `{` only groups, and both nest. So do environments and `\langle`.
 */
export function readBracket(text: string, index: number): Step {
  const code = text.charCodeAt(index);
  if (code === 92) {
    const next = text.charCodeAt(index + 1);
    if (next === 123) return { change: 1, width: 2 };
    if (next === 125) return { change: -1, width: 2 };
    if (next === 98 && text.startsWith('\\begin{', index)) return { change: 1, width: 6 };
    if (next === 101 && text.startsWith('\\end{', index)) return { change: -1, width: 4 };
    if (text.startsWith('angle', index + 2)) return { change: next === 108 ? 1 : -1, width: 7 };
    return isLetter(next) ? other : command;
  }
  if (code === 40 || code === 91 || code === 123) return opening;
  if (code === 41 || code === 93 || code === 125) return closing;
  return other;
}

/** The index of the bracket that closes the one at `open`, or -1. */
export function findClosing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; ) {
    const { change, width } = readBracket(text, i);
    depth += change;
    if (change === -1 && depth === 0) return i;
    if (depth < 0) return -1;
    i += width;
  }
  return -1;
}

export function hasTopLevelComma(text: string, range: { readonly start: number; readonly end: number }): boolean {
  let depth = 0;
  for (let i = range.start; i < range.end; ) {
    const { change, width } = readBracket(text, i);
    depth += change;
    if (depth === 0 && text.charCodeAt(i) === 44) return true;
    i += width;
  }
  return false;
}
