/** Mathematics in its delimiters: the span, with a percent sign behind it, and what it holds. */
export interface Environment {
  readonly start: number;
  readonly end: number;
  readonly content: string;
  readonly isPercent: boolean;
}

/** Longer contents are not looked for: the work stays linear in the text. */
const longest = 4000;

const fraction = /-?\\frac\{-?\d+(?:[.,]\d+)?\}\{-?\d+(?:[.,]\d+)?\}/y;
const percent = /\s*(?:\\?%|[Pp]ercent(?:age)?|[Pp]ct)/y;
const spaces = /\s*/y;
const separator = /\s*(?:,?and|,?or|,)\s*/y;
const boxInside = /\\boxed\{.+?\}/s;

/** Mathematics that starts exactly at an index; with `isBoxed` it must hold a box. */
export function matchEnvironment(text: string, start: number, isBoxed: boolean): Environment | undefined {
  const found = matchDelimited(text, start, isBoxed) ?? (isBoxed ? undefined : matchFraction(text, start));
  if (found === undefined) return undefined;
  const behind = matchAt(percent, text, found.end);
  const end = found.end + (behind ?? matchAt(spaces, text, found.end) ?? '').length;
  return { start, end, content: found.content, isPercent: behind !== undefined };
}

/** Up to six that follow each other with commas, "and" or "or" between them. */
export function matchEnvironments(text: string, start: number, isBoxed: boolean): readonly Environment[] {
  const first = matchEnvironment(text, start, isBoxed);
  if (first === undefined) return [];
  const found = [first];
  while (found.length < 6) {
    const { end } = found.at(-1) as Environment;
    const between = matchAt(separator, text, end);
    const next = between === undefined ? undefined : matchEnvironment(text, end + between.length, isBoxed);
    if (next === undefined) break;
    found.push(next);
  }
  return found;
}

/** All of a text, from left to right, none inside another. */
export function findEnvironments(text: string, isBoxed: boolean): readonly (readonly Environment[])[] {
  const groups: (readonly Environment[])[] = [];
  for (let i = 0; i < text.length; ) {
    const group = '$\\-[\n\t '.includes(text[i] as string) ? matchEnvironments(text, i, isBoxed) : [];
    if (group.length > 0) groups.push(group);
    i = group.at(-1)?.end ?? i + 1;
  }
  return groups;
}

interface Found {
  readonly end: number;
  readonly content: string;
}

function matchDelimited(text: string, start: number, isBoxed: boolean): Found | undefined {
  const isEscaped = text[start - 1] === '\\';
  const find = (open: string, close: string, options: { isLine: boolean; barred?: string }): Found | undefined =>
    isEscaped || !text.startsWith(open, start)
      ? undefined
      : findClose(text, start + open.length, close, { ...options, isBoxed });
  const bracketed = (): Found | undefined => {
    const [all, content] = matchGroups(/\s\[([^\n[\]]+?)\]\s/y, text, start) ?? [];
    return all === undefined || (isBoxed && !boxInside.test(content as string))
      ? undefined
      : { end: start + all.length, content: content as string };
  };
  return (
    find('$$', '$$', { isLine: false }) ??
    find('\\[', '\\]', { isLine: false }) ??
    (/\d/.test(text[start - 1] ?? '') ? undefined : find('$', '$', { isLine: true, barred: '$' })) ??
    find('\\(', '\\)', { isLine: true }) ??
    bracketed()
  );
}

/** To the first closing that is not escaped, with something before it, and with a box where one is asked for. */
function findClose(
  text: string,
  from: number,
  close: string,
  { isLine, barred, isBoxed }: { isLine: boolean; barred?: string; isBoxed: boolean },
): Found | undefined {
  const last = Math.min(text.length, from + longest);
  for (let i = from; i < last; i++) {
    if (text.startsWith(close, i) && i > from && text[i - 1] !== '\\') {
      const content = text.slice(from, i);
      if (!isBoxed || boxInside.test(content)) return { end: i + close.length, content };
      if (barred !== undefined || close !== '$') return undefined;
    }
    if (isLine && text[i] === '\n') return undefined;
    if (barred !== undefined && text[i] === barred && text[i - 1] !== '\\') return undefined;
  }
  return undefined;
}

function matchFraction(text: string, start: number): Found | undefined {
  const content = matchAt(fraction, text, start);
  return content === undefined ? undefined : { end: start + content.length, content };
}

export function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  return matchGroups(pattern, text, at)?.[0];
}

function matchGroups(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
