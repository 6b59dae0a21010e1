import { singularUnits } from '../qwen25/qwen-units.ts';
import { readBoxes } from './read-boxes.ts';

const otherUnits = ['integerpoint', 'sue', 'digit', 'pound', 'meal', 'edge', 'student', 'children ticket', 'multiple'];
const unitNames = [
  ...singularUnits.filter((unit) => !['m sqaure', 'a', 'percent'].includes(unit)),
  ...otherUnits,
  'm square',
  'cent',
].join('|');
const lastUnit = new RegExp(`(\\d|\\}|\\s)\\s*(?:${unitNames})(?:s|es)?\\s*$`);

const delimiters = 'langle|lbrace|lbrack|lgroup|lvert|vert|lceil|lfloor|llcorner|ulcorner';
const leftDelimiter = new RegExp(`\\\\m?left(\\\\[{|]|[{|[(]|\\\\(?:${delimiters}))`, 'g');
const rightDelimiters = 'rangle|rbrace|rbrack|rgroup|rvert|vert|rceil|rfloor|lrcorner|urcorner';
const rightDelimiter = new RegExp(`\\\\m?right(\\\\[}|]|[}|\\])]|\\\\(?:${rightDelimiters}))`, 'g');

const dropped = /\\mathrm\{th\}|\\!\s*|\\text\s*\{\s*\}|\\\$|\$|(?<!\\)["']|\\displaystyle/g;

/** Looked for together, from left to right: what one has written is not seen by another. */
const renamed: readonly (readonly [string, string])[] = [
  [String.raw`\\math(?:rm|it|bf)`, '\\text'],
  [String.raw`\\text(?:normal|bf|it|rm)`, '\\text'],
  [String.raw`\\[dtc]frac`, '\\frac'],
  [String.raw`\s\.`, ' 0.'],
  [String.raw`\{\.`, '{0.'],
  ['~=', '\\approx'],
  [String.raw`\s*\{\s*,\s*\}`, ','],
  [String.raw`(?<![a-zA-Z]),?\s*(?:and|or)(?![a-zA-Z])`, ','],
  [String.raw`,?\s*\\text\{\s*(?:and|or)\s*\}`, ','],
  [String.raw`(?<!\\)\\\s`, ' '],
  ['infinity', '\\infty'],
  [String.raw`,?\\ldots`, ' '],
  [String.raw`\s*\bpercentage\b`, '\\%'],
  [String.raw`\\text\{percentage\}`, '%'],
  [String.raw`\s*\bpercent\b`, '\\%'],
  [String.raw`\\text\{percent\}`, '%'],
  [String.raw`\s*\bpct\b`, '\\%'],
  [String.raw`\\text\{pct\}`, '%'],
  [String.raw`(?<!\\)inf(?!inity)`, '\\infty'],
  [' sqrt', '\\sqrt'],
];
const renaming = new RegExp(renamed.map(([pattern]) => `(${pattern})`).join('|'), 'g');

/** The text that math-verify hands to its parser, and the string that it compares where it cannot parse. */
export function normalizeLatex(written: string, boxes: 'all' | 'last'): string {
  let text = readBoxes(written, boxes);
  text = text
    .replaceAll('\\mathrm{T}', 'T')
    .replaceAll(/\\mathrm\{d\}|\{\\rm d\}/g, 'd')
    .replaceAll('\\left[\\begin{matrix}', '\\begin{bmatrix}')
    .replaceAll('\\end{matrix}\\right]', '\\end{bmatrix}')
    .replaceAll(leftDelimiter, '$1')
    .replaceAll(rightDelimiter, '$1')
    .replaceAll(/\(([a-zA-Z0-9+\-*/\\ ]+?)\)_\{([a-zA-Z0-9+\-*/\\ ]+?)\}/g, '\\frac{($1)!}{(($1)-($2))!}')
    .replaceAll(dropped, '')
    .replaceAll(renaming, (...found) => renamed[found.slice(1).findIndex((group) => group !== undefined)]?.[1] ?? '')
    .replaceAll(/[\n\t]/g, ' ');
  if (!text.includes('matrix')) text = text.replaceAll(/\\\\(?=[a-zA-Z])/g, '\\');
  text = dropUnits(text);
  if (text.startsWith('.')) text = `0${text}`;
  if (text === '0.5') text = '\\frac{1}{2}';
  return mendOperators(text).trim();
}

/** A text at the end, with a power, and then twice a unit that is not in one. What would become empty stays. */
function dropUnits(written: string): string {
  let text = written;
  const bare = text.replace(/\\(?:text|mbox)\{.*?\}(?:\^\d|\{\^\d\})?$/, '').trim();
  if (bare !== '') text = bare;
  for (let round = 0; round < 2; round++) {
    const shorter = text.replace(lastUnit, '$1');
    if (shorter !== '') text = shorter;
  }
  return text;
}

function mendOperators(written: string): string {
  const text = written
    .replaceAll(/\^\s?\((.*?)\)/g, '^{$1}')
    .replaceAll(/sqrt\s?\((.*?)\)/g, '\\sqrt{$1}')
    .replaceAll(/\\frac\s?(\d)\s?(\d+)/g, '\\frac{$1}{$2}')
    .replaceAll(/\\log_\s?(\d)\s?(\d+)/g, '\\log_{$1}{$2}')
    .replaceAll(/\\frac\s?\{(.*?)\}\s?(\d)/g, '\\frac{$1}{$2}')
    .replaceAll(/\\frac\s?(\d)\s?\{(.*?)\}/g, '\\frac{$1}{$2}')
    .replaceAll(/\\sqrt\s?(\d)/g, '\\sqrt{$1}')
    .replaceAll(' sqrt', '\\sqrt');
  return mendSlash(mendFractions(mendRoots(text)));
}

function mendRoots(text: string): string {
  const [before = '', ...behind] = text.split('\\sqrt');
  return behind.reduce((result, part) => {
    const rest = part.trimStart();
    const isMended = rest !== '' && !rest.startsWith('{') && !rest.startsWith('[');
    return `${result}\\sqrt${isMended ? `{${rest[0]}}${rest.slice(1)}` : rest}`;
  }, before);
}

function mendFractions(text: string): string {
  const [before = '', ...behind] = text.split('\\frac');
  let result = before;
  for (const part of behind) {
    const rest = part.trimStart();
    if (rest.startsWith('{')) result += `\\frac${rest}`;
    else if (rest.length < 2) return text;
    else result += `\\frac{${rest[0]}}${rest[1] === '{' ? rest.slice(1) : `{${rest[1]}}${rest.slice(2)}`}`;
  }
  return result;
}

function mendSlash(text: string): string {
  const [, top, bottom] = /^(0|-?[1-9]\d*)\/(0|-?[1-9]\d*)$/.exec(text) ?? [];
  return top === undefined ? text : `\\frac{${top}}{${bottom}}`;
}
