/**
 * A JSON object in which the values of these fields are strings of their own JSON text, without white space. So what
 * `JSON.parse` would change arrives as it was written: 1.0, whole numbers above 2^53, and Python's NaN.
 * Text that is no object comes back as it is, for the parser to refuse.
 *
 * @example
 * quoteJsonFields('{"id": 1, "input": [1.0, NaN]}', ['input']); // '{"id": 1, "input": "[1.0,NaN]"}'
 */
export function quoteJsonFields(text: string, fields: readonly string[]): string {
  let quoted = '';
  let copied = 0;
  let position = skip(text, 0, /[\s{]/y);
  while (text[position] === '"') {
    const keyEnd = findStringEnd(text, position);
    const start = skip(text, keyEnd, /[\s:]/y);
    const end = findValueEnd(text, start);
    if (fields.includes(text.slice(position + 1, keyEnd - 1))) {
      quoted += text.slice(copied, start) + JSON.stringify(withoutSpace(text.slice(start, end)));
      copied = end;
    }
    position = skip(text, end, /[\s,]/y);
  }
  return quoted + text.slice(copied);
}

function skip(text: string, from: number, characters: RegExp): number {
  let position = from;
  for (;;) {
    characters.lastIndex = position;
    if (!characters.test(text)) return position;
    position++;
  }
}

/** The place behind a string that begins here. */
function findStringEnd(text: string, start: number): number {
  for (let position = start + 1; position < text.length; position++) {
    if (text[position] === '\\') position++;
    else if (text[position] === '"') return position + 1;
  }
  return text.length;
}

function findValueEnd(text: string, start: number): number {
  let depth = 0;
  let position = start;
  while (position < text.length) {
    const character = text[position];
    if (character === '"') {
      position = findStringEnd(text, position);
      continue;
    }
    if (character === '[' || character === '{') depth++;
    else if (depth === 0 && (character === ',' || character === '}')) return position;
    else if (character === ']' || character === '}') depth--;
    position++;
  }
  return position;
}

function withoutSpace(json: string): string {
  return json.trim().replaceAll(/("[^"\\]*(?:\\.[^"\\]*)*")|\s+/g, '$1');
}
