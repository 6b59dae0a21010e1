/**
 * What stands in the last balanced `\boxed` of a MATH solution: `\boxed{...}`, `\boxed {...}`, or a single token as in
 * `\boxed 9`. Undefined where there is none; an empty string for `\boxed{}`.
 *
 * The verifier has an extraction of its own, for what models write. This one stays apart on purpose: the references,
 * and with them the pins, must not move when the reading of replies gets better.
 */
export function findLastBoxed(solution: string): string | undefined {
  for (let at = solution.lastIndexOf(command); at >= 0; at = at === 0 ? -1 : solution.lastIndexOf(command, at - 1)) {
    const content = readArgument(solution, at + command.length);
    if (content !== undefined) return content.trim();
  }
  return undefined;
}

const command = '\\boxed';

/** The argument of a TeX command that ends at `start`: a balanced group, or else one token. */
function readArgument(text: string, start: number): string | undefined {
  if (/[a-zA-Z]/.test(text.charAt(start))) return undefined; // A longer command, such as \boxedminipage.
  let at = start;
  while (/\s/.test(text.charAt(at))) at++;
  if (text[at] === '{') return readGroup(text, at);
  return /^(?:\\[a-zA-Z]+|\\.|[^\\{}$])/u.exec(text.slice(at))?.[0];
}

function readGroup(text: string, open: number): string | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '\\') {
      at++; // \{ and \} are characters of the answer, not braces of TeX.
    } else if (text[at] === '{') {
      depth++;
    } else if (text[at] === '}') {
      depth--;
      if (depth === 0) return text.slice(open + 1, at);
    }
  }
  return undefined;
}
