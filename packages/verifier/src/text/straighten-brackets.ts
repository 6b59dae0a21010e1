import { readBracket } from './brackets.ts';

/** Longer texts are no intervals. */
const longest = 400;

/**
 * Intervals with brackets turned outwards, as in `]1, 3]` and `[2, 5[`, with those that other countries write: `(1, 3]`
 * and `[2, 5)`. Only where the brackets do not match as they stand, and all of them do afterwards.
 */
export function straightenBrackets(text: string): string {
  if (text.length > longest || !/\][^[\]]*[\][]|\[[^[\]]*\[/.test(text) || areMatched(text)) return text;
  let output = '';
  let hasComma = false;
  // Where the bracket that is open began, of any kind that an interval has; -1 where none is.
  let open = -1;
  let depth = 0;
  for (let i = 0; i < text.length; ) {
    const character = text[i] as string;
    const isSquare = character === '[' || character === ']';
    const isRound = depth === 0 && (character === '(' || character === ')');
    if (open === -1 && (isSquare || character === '(')) {
      output += character === '[' ? '[' : '(';
      open = i++;
      hasComma = false;
    } else if (open !== -1 && depth === 0 && (isSquare || (isRound && character === ')'))) {
      if (!hasComma) return text;
      output += character === ']' ? ']' : ')';
      open = -1;
      i++;
    } else {
      const { change, width } = readBracket(text, i);
      if (open !== -1) depth += change;
      if (depth === 0 && (character === ',' || character === ';')) hasComma = true;
      output += text.slice(i, i + width);
      i += width;
    }
  }
  return open === -1 && areMatched(output) ? output : text;
}

function areMatched(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length && depth >= 0; ) {
    const { change, width } = readBracket(text, i);
    depth += change;
    i += width;
  }
  return depth === 0;
}
