/**
 * Reads the first list of dictionaries in a Python source whose keys and values are all text, such as the examples in a
 * task of lm-eval. Nothing is run. Undefined where there is none.
 *
 * @example
 * readPythonRecords('def f():\n  return [{"problem": "1 + 1?", "solution": "It is \\\\boxed{2}."}]');
 * // [{ problem: '1 + 1?', solution: 'It is \\boxed{2}.' }]
 */
export function readPythonRecords(source: string): readonly Readonly<Record<string, string>>[] | undefined {
  const tokens = tokenize(source);
  for (let start = 0; start < tokens.length; start++) {
    const records = readList(tokens, start);
    if (records !== undefined) return records;
  }
  return undefined;
}

interface Token {
  readonly kind: 'text' | 'mark';
  readonly value: string;
}

/** String literals (three quotes first), comments, and single characters. */
const pattern =
  /#[^\n]*|([rRuU]?)("""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')|[^\s]/g;

function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const [whole, prefix, literal] of source.matchAll(pattern)) {
    if (whole.startsWith('#')) continue;
    if (literal === undefined) {
      tokens.push({ kind: 'mark', value: whole });
      continue;
    }
    const quotes = /^("""|''')/.test(literal) ? 3 : 1;
    const body = literal.slice(quotes, -quotes);
    tokens.push({ kind: 'text', value: prefix?.toLowerCase() === 'r' ? body : unescapeText(body) });
  }
  return tokens;
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** An escape that Python does not know keeps its backslash. */
function unescapeText(body: string): string {
  return body.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
    (whole, x, u, long, one) => {
      const code: string | undefined = x ?? u ?? long;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      return escapes[one as string] ?? whole;
    },
  );
}

function readList(tokens: readonly Token[], start: number): Readonly<Record<string, string>>[] | undefined {
  let at = start;
  const takes = (mark: string): boolean => {
    const token = tokens[at];
    if (token?.kind !== 'mark' || token.value !== mark) return false;
    at++;
    return true;
  };
  /** Literals that follow each other are one text. */
  const readText = (): string | undefined => {
    let text: string | undefined;
    for (let token = tokens[at]; token?.kind === 'text'; token = tokens[++at]) text = (text ?? '') + token.value;
    return text;
  };
  const records: Record<string, string>[] = [];
  if (!takes('[')) return undefined;
  while (takes('{')) {
    const record: Record<string, string> = {};
    while (!takes('}')) {
      const key = readText();
      if (key === undefined || !takes(':')) return undefined;
      const value = readText();
      if (value === undefined) return undefined;
      record[key] = value;
      if (!takes(',') && tokens[at]?.value !== '}') return undefined;
    }
    records.push(record);
    takes(',');
  }
  return takes(']') && records.length > 0 ? records : undefined;
}
