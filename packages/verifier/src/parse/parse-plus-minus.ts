import { isLetter } from '../chars.ts';
import { findClosing } from '../text/brackets.ts';
import type { Form, Reader } from './reader.ts';
import { printValue, type Value } from './values.ts';

/** With more signs than this, the readings in which every sign is chosen by itself are not offered. */
const mostIndependent = 3;

/**
 * `1 \pm \sqrt{2}` as the list of its values: all upper signs, then all lower ones. Several signs in one answer belong
 * together; where each may be chosen by itself, that list is offered as well. A set expands inside its braces.
 */
export const parsePlusMinus: Form = (text, reader) => {
  if (!/\\pm|\\mp|\+-|\+\/-/.test(text)) return undefined;
  const pieces = cutAtSigns(text);
  if (pieces.length === 1 || isInBraces(text)) return undefined;
  const signs = pieces.length / 2 - 0.5;
  const together = readChoices(pieces, [0, 2 ** signs - 1], reader);
  if (together !== null && signs > 1 && signs <= mostIndependent) {
    const all = readChoices(pieces, [...new Array(2 ** signs).keys()], reader);
    if (all !== null) reader.offerReading(all);
  }
  return together;
};

/** The text between the signs, and the signs. */
function cutAtSigns(text: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const width = measureSign(text, i, start);
    if (width === 0) continue;
    pieces.push(text.slice(start, i), text.slice(i, i + width));
    start = i + width;
    i = start - 1;
  }
  return [...pieces, text.slice(start)];
}

/** `\pm`, `\mp`, `+/-` anywhere, and `+-` where no sum can go on: at the beginning, and before a root. */
function measureSign(text: string, index: number, start: number): number {
  if (text.startsWith('\\pm', index) || text.startsWith('\\mp', index))
    return isLetter(text.charCodeAt(index + 3)) ? 0 : 3;
  if (text.startsWith('+/-', index)) return 3;
  if (!text.startsWith('+-', index)) return 0;
  return (index === start && index === 0) ||
    opensGroup(text, index) ||
    /^\+-\d*(\\sqrt|sqrt|√)/.test(text.slice(index, index + 20))
    ? 2
    : 0;
}

function isInBraces(text: string): boolean {
  return text.startsWith('\\{') && findClosing(text, 0) === text.length - 2;
}

/** One reading for each choice, which has a bit for each sign that is 0 for its upper half. */
function readChoices(pieces: readonly string[], choices: readonly number[], reader: Reader): Value | null {
  const values: Value[] = [];
  const seen = new Set<string>();
  for (const choice of choices) {
    const value = reader.readValue(chooseSigns(pieces, choice));
    if (value === null) return null;
    for (const part of value.kind === 'list' ? value.items : [value]) {
      if (!seen.has(printValue(part))) values.push(part);
      seen.add(printValue(part));
    }
  }
  return values.length === 1 ? (values[0] as Value) : { kind: 'list', items: values };
}

function chooseSigns(pieces: readonly string[], choice: number): string {
  let text = '';
  for (const [i, piece] of pieces.entries()) {
    if (i % 2 === 0) text += text.endsWith(' ') ? piece : piece.trimStart();
    else {
      const isMinus = ((choice >> ((i - 1) / 2)) & 1) === (piece === '\\mp' ? 0 : 1);
      text = text.trimEnd();
      text += isMinus ? '-' : opensGroup(text, text.length) ? '' : '+';
    }
  }
  return text;
}

/** Whether nothing stands before the index that a plus could add to. */
function opensGroup(text: string, index: number): boolean {
  return index === 0 || '([{,&;'.includes(text[index - 1] as string) || text.endsWith('\\\\', index);
}
