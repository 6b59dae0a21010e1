/** The zeros of scripts with digits of their own, each followed by its nine: Arabic, Persian, Devanagari, Bengali, Thai. */
const zeros: readonly number[] = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0];

const marks: ReadonlyMap<string, string> = new Map([
  ...['\u201c"', '\u201d"', "\u2018'", "\u2019'", '\u3002.', '\u3001,', '\u066b.', '\u066c,', '\u060c,', '\u061b;'].map(
    (pair): [string, string] => [pair[0] as string, pair[1] as string],
  ),
]);

/** Digits of every script, full-width letters and signs, and typographic quotes as ASCII. */
export function foldCharacters(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x65f) return Array.from(text, foldCharacter).join('');
  }
  return text;
}

function foldCharacter(character: string): string {
  const code = character.codePointAt(0) as number;
  if (code < 0x660) return character;
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  // Bold, double-struck and monospaced digits.
  if (code >= 0x1d7ce && code <= 0x1d7ff) return String((code - 0x1d7ce) % 10);
  const zero = code < 0xf00 ? zeros.find((first) => code >= first && code < first + 10) : undefined;
  return zero === undefined ? (marks.get(character) ?? character) : String(code - zero);
}
