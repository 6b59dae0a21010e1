/** A block of code in a README, as a program of its language that checks what its comments claim. */
export interface ReadmeBlock {
  /** The first line of code, for the name of a test. */
  readonly title: string;
  readonly isCommonJs: boolean;
  readonly program: string;
}

/** What the comment behind an expression may begin with: a string, an object, a list, a number, a word. */
const literal = /^(?:'(?:[^'\\]|\\.)*'|\{.*\}|\[.*\]|-?\d[\d.]*|true|false|null)/;
const claim = /^(?!const |let |import |for |await )(.+); \/\/ (.+)$/;

/**
 * The blocks marked `ts` or `js`. A line `expression; // value` becomes a check that the expression gives the value;
 * words behind the value are for the reader.
 */
export function listReadmeBlocks(markdown: string): readonly ReadmeBlock[] {
  return [...markdown.matchAll(/^```(?:ts|js)\n(.*?)^```$/gms)].map(([, code = '']) => {
    const lines = code.split('\n').map((line) => {
      const [, expression, comment = ''] = claim.exec(line) ?? [];
      const [value] = literal.exec(comment) ?? [];
      return expression === undefined || value === undefined
        ? line
        : `readmeClaims.check(${expression}, ${value}, ${JSON.stringify(line)});`;
    });
    const title = code.split('\n').find((line) => line !== '' && !line.startsWith('import ')) ?? '';
    return { title, isCommonJs: /\brequire\(/.test(code), program: lines.join('\n') };
  });
}
