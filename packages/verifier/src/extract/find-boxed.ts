import { isDigit, isLetter, isSpace, skipLetters, skipSpaces } from '../chars.ts';
import { type Finding, makeFinding, type Span } from './span.ts';

interface Box extends Span {
  readonly contentStart: number;
  readonly contentEnd: number;
}

const boxCommands: ReadonlySet<string> = new Set(['boxed', 'fbox', 'framebox']);

/**
 * The last box of a reply. A box inside another is part of it; neighbours with only a comma or "and" between them
 * (`\boxed{1} and \boxed{2}`) are one answer; a last box that is never closed is a reply that was cut.
 */
export function findBoxed(text: string): Finding {
  const { boxes, unclosedAt } = listBoxes(text);
  const last = boxes.at(-1);
  if (unclosedAt > (last?.start ?? -1)) return 'truncated';
  if (last === undefined) return null;
  const exact = findExact(text, boxes);
  const signed = exact === null ? findSigned(text, last) : null;
  if (signed !== null) return signed;
  return exact === null
    ? joinNeighbours(text, boxes)
    : makeFinding(text, { start: exact.contentStart, end: exact.contentEnd });
}

/** `$-\boxed{5}$`, `$\boxed{5}\pi$`: a sign or a factor that touches the box in its mathematics belongs to the answer. */
function findSigned(text: string, box: Box): Finding {
  const before = /(?:[$=(]|\\approx)\s*(-)\s*$/.exec(text.slice(Math.max(0, box.start - 20), box.start));
  const after = /^\s*(\\pi|\\sqrt\{\d+\}|\^\{?\\circ\}?|\\%|[a-z](?![a-z]))\s*\$/.exec(
    text.slice(box.end, box.end + 24),
  );
  if (before === null && after === null) return null;
  const content = text.slice(box.contentStart, box.contentEnd).trim();
  if (content === '' || (after !== null && !/^[\d.]+$/.test(content)) || /[-+=,]/.test(content)) return null;
  return { start: box.start, end: box.end, answer: `${before === null ? '' : '-'}${content}${after?.[1] ?? ''}` };
}

/** More than this between two boxes is another thought. */
const longestAside = 60;

/** `\boxed{\frac{7}{3}} \approx \boxed{2.33}`: the answer is what the decimal only comes near. */
function findExact(text: string, boxes: readonly Box[]): Box | null {
  const [exact, last] = boxes.slice(-2);
  if (exact === undefined || last === undefined || last.start - exact.end > longestAside) return null;
  const content = text.slice(last.contentStart, last.contentEnd).trim();
  if (!/^\$?-?[\d,]*\.\d+(?:\\ldots|\.\.\.|…)?$/.test(content)) return null;
  if (/^-?[\d.,]+$/.test(text.slice(exact.contentStart, exact.contentEnd).trim())) return null;
  return /\\approx|≈|\\simeq|≃|\\doteq|approx|about|roughly/.test(text.slice(exact.end, last.start)) ? exact : null;
}

/** One pass with a stack, so that a million unclosed boxes cost no more than a million characters. */
function listBoxes(text: string): { readonly boxes: readonly Box[]; readonly unclosedAt: number } {
  const boxes: Box[] = [];
  // Of each open brace: where its box command begins, or -1 for any other brace.
  const boxStarts: number[] = [];
  const braces: number[] = [];
  for (let i = nextMark(text, 0); i < text.length; i = nextMark(text, i)) {
    const code = text.charCodeAt(i);
    if (code === 92) {
      const command = readBoxCommand(text, i);
      // `\\boxed`: some replies escape the backslash twice.
      if (command === null && readBoxCommand(text, i + 1) !== null) i++;
      else if (command === null) i += isLetter(text.charCodeAt(i + 1)) ? 1 : 2;
      else if (text.charCodeAt(command.argument) === 123) {
        boxStarts.push(i);
        braces.push(command.argument);
        i = command.argument + 1;
      } else {
        const box = readBareBox(text, i, command.argument);
        if (box !== null) boxes.push(box);
        else if (command.argument >= text.length) boxStarts.push(i);
        i = Math.max(box?.end ?? 0, command.argument);
      }
    } else if (code === 123) {
      // `boxed{5}`, or `\b` that became a backspace on its way.
      boxStarts.push(isBareName(text, i) ? i - 5 : -1);
      braces.push(i++);
    } else {
      const start = boxStarts.pop();
      const brace = braces.pop();
      if (start !== undefined && brace !== undefined && start !== -1) {
        closeBox(boxes, { start, end: i + 1, contentStart: brace + 1, contentEnd: i }, text);
      }
      i++;
    }
  }
  return { boxes, unclosedAt: boxStarts.findLast((start) => start !== -1) ?? -1 };
}

/** What stands in a box that only says where the answer goes. */
const placeholder = /^\s*(?:\.{3}|…|\\l?dots|(?:\\text\{)?\[?(?:your |the |final )*answer\]?\}?)?\s*$/i;

/** Adds a box, unless it is empty as in an echoed "put it in \boxed{}", and drops those inside it. */
function closeBox(boxes: Box[], box: Box, text: string): void {
  while ((boxes.at(-1)?.start ?? -1) > box.start) boxes.pop();
  if (!placeholder.test(text.slice(box.contentStart, box.contentEnd))) boxes.push(box);
}

function isBareName(text: string, brace: number): boolean {
  const first = text.charCodeAt(brace - 5);
  const before = text.charCodeAt(brace - 6);
  return text.startsWith('oxed', brace - 4) && (first === 8 || (first === 98 && before !== 92 && !isLetter(before)));
}

function nextMark(text: string, from: number): number {
  let i = from;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 92 || code === 123 || code === 125) break;
  }
  return i;
}

function readBoxCommand(text: string, backslash: number): { readonly argument: number } | null {
  const first = text.charCodeAt(backslash + 1);
  if (first !== 98 && first !== 102) return null;
  const end = skipLetters(text, backslash + 1);
  // `\boxed9` has no letters behind the name; `\boxedx` is another command.
  if (!boxCommands.has(text.slice(backslash + 1, Math.min(end, backslash + 12)))) return null;
  return { argument: skipSpaces(text, end) };
}

/** `\boxed 9`: up to the end of the mathematics or the word. */
function readBareBox(text: string, start: number, argument: number): Box | null {
  let end = argument;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (isSpace(code) || code === 36 || code === 123 || code === 125) break;
    if (code === 92 && !isLetter(text.charCodeAt(end + 1))) break;
  }
  // The comma or full stop of the sentence around it.
  while (end > argument && !isDigit(text.charCodeAt(end - 1)) && ',.;:!?'.includes(text[end - 1] as string)) end--;
  return end === argument ? null : { start, end, contentStart: argument, contentEnd: end };
}

function joinNeighbours(text: string, boxes: readonly Box[]): Finding {
  let first = boxes.length - 1;
  while (first > 0 && areNeighbours(text, boxes[first - 1] as Box, boxes[first] as Box)) first--;
  const last = boxes.at(-1) as Box;
  const joined = [...new Set(boxes.slice(first).map((box) => text.slice(box.contentStart, box.contentEnd).trim()))];
  if (joined.length === 1) return makeFinding(text, { start: last.contentStart, end: last.contentEnd });
  return { start: (boxes[first] as Box).contentStart, end: last.contentEnd, answer: joined.join(', ') };
}

function beginsLine(text: string, start: number): boolean {
  let i = start - 1;
  while (text[i] === ' ' || text[i] === '$') i--;
  return i < 0 || text[i] === '\n';
}

const longestGap = 24;
const gapCharacters: ReadonlySet<string> = new Set([' ', '$', '{', '}', '(', ')', '\\']);

function areNeighbours(text: string, left: Box, right: Box): boolean {
  if (right.start - left.end > longestGap) return false;
  const gap = text.slice(left.end, right.start);
  const words = gap.replaceAll('\\text', '').replaceAll('\\quad', '');
  // On lines of their own they need no comma.
  if (gap.includes('\n') && gap.trim() === '' && beginsLine(text, left.start)) return true;
  let hasSeparator = false;
  for (let i = 0; i < words.length; ) {
    const word = ['and', 'or', '和', '或', '、', '，'].find((each) => words.startsWith(each, i));
    if (word !== undefined) {
      hasSeparator = true;
      i += word.length;
    } else {
      const character = words[i] as string;
      if (character === ',' || character === ';') hasSeparator = true;
      else if (!gapCharacters.has(character)) return false;
      i++;
    }
  }
  return hasSeparator;
}
