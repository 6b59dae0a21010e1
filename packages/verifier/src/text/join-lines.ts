/** What an equation begins with on a line of its own: a name with its index or argument, and its sign. */
const beginning = String.raw`(?=\\?(?:mathbf\{)?[A-Za-z]{1,8}\}?(?:_\{?\w{1,4}\}?)?(?:\(\w{1,3}\))?\s?(?:=|\\equiv))`;
const lines = new RegExp(String.raw`([^\s,;:&=({[+*/-])(\$[ \t]*\n\s*\$|[ ]?\\q?quad[ ]?)${beginning}`, 'g');

/** Equations on lines of their own, or with a wide space between them, are listed as with a comma. */
export function joinLines(text: string): string {
  if (!/\n|quad/.test(text) || text.includes('\\begin')) return text;
  return text.replace(lines, (whole: string, last: string, gap: string, at: number) =>
    text.slice(0, at).includes('=') ? `${last}${gap.startsWith('$') ? '$, $' : ', '}` : whole,
  );
}
