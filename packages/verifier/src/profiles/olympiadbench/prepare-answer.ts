/** Replaced in this order; what stands for "about" becomes an equals sign. */
const replacements = [
  ['\\left', ''],
  ['\\right', ''],
  ['∶', ':'],
  ['，', ','],
  ['$', ''],
  ['\\approx', '='],
  ['\\simeq', '='],
  ['\\sim', '='],
  ['^\\prime', "'"],
  ['^{\\prime}', "'"],
  ['^\\circ', ''],
  ['%', ''],
] as const;

const atTheEnds = new Set('\n$,.:;^_=+`!@#%&*~，。');

/**
 * What OlympiadBench's judge compares instead of an answer: the contents of all boxes, or the formulas of the last line,
 * or the whole, without dollars, signs of degree and of percent. Undefined where a box is not closed, which counts as
 * wrong.
 *
 * @example
 * prepareAnswer('Thus $x = \\frac{1}{2}$ or $x = 3$.'); // 'x = \\frac{1}{2},x = 3'
 */
export function prepareAnswer(answer: string): string | undefined {
  const boxes = readBoxes(answer);
  if (boxes === undefined) return undefined;
  let text = boxes === '' ? readLastLine(answer) : boxes;
  if (text.includes('\\in ')) text = text.split('\\in ')[1] as string;
  for (const [from, to] of replacements) text = text.replaceAll(from, to);
  return stripEnds(text).replaceAll(/\\(?:mathrm|mathbf)\{~?([^}]*)\}/g, '$1');
}

function readBoxes(text: string): string | undefined {
  const mark = '\\boxed{';
  let contents = '';
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) {
    const start = at + mark.length;
    const end = findEnd(text, start);
    if (end < 0) return undefined;
    contents += `${text.slice(start, end)},`;
  }
  return contents;
}

function findEnd(text: string, start: number): number {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

/** The formulas of the last line, each with a comma, or the whole text where that line has none. */
function readLastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) as string;
  const formulas = [...line.matchAll(/\$(.*?)\$/g)].map(([, formula]) => `${formula},`);
  return formulas.length === 0 ? text : formulas.join('');
}

function stripEnds(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && atTheEnds.has(text[start] as string)) start++;
  while (end > start && atTheEnds.has(text[end - 1] as string)) end--;
  return text.slice(start, end);
}
