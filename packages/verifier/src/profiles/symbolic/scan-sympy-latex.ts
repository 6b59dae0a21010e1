/** A token of the LaTeX that SymPy's `parse_latex` reads. `text` is as it was written, without skipped parts. */
export interface SympyToken {
  readonly kind: SympyTokenKind;
  readonly text: string;
}

export type SympyTokenKind =
  | 'digit'
  | 'letter'
  | 'command'
  | 'differential'
  | 'primes'
  | 'mark'
  | 'relation'
  | 'bad-character'
  | 'end';

const spaceAndDress =
  /(?:[ \t\r\n]+|\\(?:,|:|;|!)|\\(?:thinspace|medspace|thickspace|quad|qquad|negthinspace|negmedspace|negthickspace|left(?!\|)|right(?!\|)|vrule|vcenter|vbox|vskip|vspace|hfil)(?![a-zA-Z])|\\[*\-./"(=])+/y;
const command = /\\(?:[a-zA-Z]+|[{}])/y;
const bar = /\\(?:left|right)\|/y;
const differential = /d[ \t\r\n]*(?:[a-zA-Z]|\\[a-zA-Z]+)/y;
const equals = /(?:&[ \t\r\n]*)?=(?:[ \t\r\n]*&)?/y;

const relationCommands: Readonly<Record<string, string>> = {
  '\\le': '<=',
  '\\leq': '<=',
  '\\leqq': '<=',
  '\\leqslant': '<=',
  '\\ge': '>=',
  '\\geq': '>=',
  '\\geqq': '>=',
  '\\geqslant': '>=',
  '\\neq': '!=',
};

/**
 * The tokens as SymPy's lexer makes them: digits one by one, spaces and `\left` skipped, `dx` one token, and any command
 * it does not know a name. A character that it refuses is a token too, since it only matters once it is looked at.
 */
export function scanSympyLatex(text: string): readonly SympyToken[] {
  const tokens: SympyToken[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const push = (kind: SympyTokenKind, written: string, meaning: string = written): void => {
    tokens.push({ kind, text: meaning });
    at += written.length;
  };
  while (at < text.length) {
    const character = text[at] as string;
    const skipped = take(spaceAndDress);
    const barred = take(bar);
    if (barred !== undefined) push('command', barred);
    else if (skipped !== undefined && skipped !== '') at += skipped.length;
    else if (character === '\\') pushCommand(take(command), push);
    else if (/[0-9]/.test(character)) push('digit', character);
    else if (take(differential) !== undefined) push('differential', take(differential) as string);
    else if (/[a-zA-Z]/.test(character)) push('letter', character);
    else if (take(equals) !== undefined) push('relation', take(equals) as string, '=');
    else if (character === '<' || character === '>') push('relation', character);
    else if (character === "'") push('primes', take(/'+/y) as string);
    else push('+-*/(){}[]|_^:!,.'.includes(character) ? 'mark' : 'bad-character', character);
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

function pushCommand(
  written: string | undefined,
  push: (kind: SympyTokenKind, written: string, meaning?: string) => void,
): void {
  const relation = relationCommands[written ?? ''];
  if (written === undefined) push('bad-character', '\\');
  else push(relation === undefined ? 'command' : 'relation', written, relation ?? written);
}
