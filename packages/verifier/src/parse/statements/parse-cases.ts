import { findClosing } from '../../text/brackets.ts';
import type { Form, Reader } from '../reader.ts';
import { type CasesValue, isUnderstood, type Value } from '../values.ts';
import { readCondition } from './read-condition.ts';
import { readName } from './read-name.ts';
import { readValues } from './read-values.ts';

type Branch = CasesValue['branches'][number];

const environments: readonly string[] = ['cases', 'dcases', 'rcases', 'array', 'aligned'];

const otherwise = /^(?:otherwise|else|for other [a-z]|elsewhere|in all other cases)$/;

/** `\begin{cases}` with or without a name before it, and values each with a condition in words. */
export const parseCases: Form = (text, reader) => {
  if (text.includes('\\begin')) return parseEnvironment(text, reader);
  return /\bif\b|\bwhen\b|\botherwise\b/.test(text) ? parseWords(text, reader) : undefined;
};

function parseEnvironment(text: string, reader: Reader): Value | null | undefined {
  const begin = text.indexOf('\\begin');
  const equals = text.slice(0, begin).lastIndexOf('=');
  const before = text.slice(0, Math.max(equals, 0)).trim();
  const brace = text.slice(equals + 1, begin).trim();
  const name = environments.find((environment) => text.startsWith(`\\begin{${environment}}`, begin));
  const isBraced = brace === '\\{';
  if (
    name === undefined ||
    (name === 'cases' ? brace !== '' && !isBraced : name.endsWith('cases') ? brace !== '' : !isBraced)
  )
    return undefined;
  const end = `\\end{${name}}`;
  if (!text.endsWith(end)) return undefined;
  const content = text.slice(begin + name.length + 8, -end.length).replace(/^\{[lcr|@{} ]*\}/, '');
  if (content.includes('\\begin')) return null;
  const branches = splitRows(content).map((row) => readRow(row, reader));
  return branches.length > 0 && branches.every((branch) => branch !== null) ? nameCases(before, branches) : undefined;
}

/** Rows end in `\\`; an empty one at the end is none. */
function splitRows(content: string): readonly string[] {
  return content
    .split('\\\\')
    .map((row) => row.trim())
    .filter((row) => row !== '');
}

function readRow(row: string, reader: Reader): Branch | null {
  const cells = row.split('&').map((cell) => cell.trim());
  const [value = '', ...conditions] = cells.length > 1 ? cells : splitAtWord(row);
  if (conditions.length === 0) return null;
  return readBranch(value, conditions.join(' '), reader);
}

function readBranch(value: string, condition: string, reader: Reader): Branch | null {
  const read = readValues(value.replace(/[,;]$/, '').trim(), reader);
  const said = unwrap(condition)
    .replace(/^(?:if|when|for|where) ?/, '')
    .replace(/[,;.]$/, '')
    .trim();
  if (read === null || !isUnderstood(read)) return null;
  if (otherwise.test(said)) return { value: read, condition: null };
  const stated = readCondition(said, reader);
  return stated === null ? null : { value: read, condition: stated };
}

function unwrap(text: string): string {
  return text
    .replaceAll(/\\text\{([^{}]*)\}/g, ' $1 ')
    .replaceAll(/ +/g, ' ')
    .trim();
}

function splitAtWord(text: string): readonly string[] {
  const bare = unwrap(text);
  const found = /(?:^|[^A-Za-z\\])(if|when|for|otherwise|else)(?![A-Za-z])/.exec(bare);
  if (found === null) return [bare];
  const at = found.index + found[0].length - (found[1] as string).length;
  return [bare.slice(0, at).replace(/,? *$/, ''), bare.slice(at)];
}

/** `x if x > 0, -x otherwise`; every piece up to the next value has a condition. */
function parseWords(text: string, reader: Reader): Value | null | undefined {
  const bare = unwrap(text);
  const equals = /^[A-Za-z]\(?[a-z]?\)?=/.exec(bare)?.[0] ?? '';
  const pieces = splitPieces(bare.slice(equals.length).trim());
  const branches = pieces.map((piece) => {
    const [value = '', condition] = splitAtWord(piece);
    return condition === undefined ? null : readBranch(value, condition, reader);
  });
  if (branches.length < 2 || !branches.every((branch) => branch !== null)) return undefined;
  return nameCases(equals.slice(0, -1), branches);
}

/** Pieces end at a comma, a semicolon or "and" behind which another value with its condition begins. */
function splitPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  let current = '';
  for (const part of text.split(/[;,]|(?<![A-Za-z])and(?![A-Za-z])/)) {
    const isComplete = splitAtWord(current).length > 1;
    if (isComplete && splitAtWord(part).length > 1) {
      pieces.push(current.trim());
      current = part;
    } else current = current === '' ? part : `${current},${part}`;
  }
  return [...pieces, current.trim()];
}

/** Null where a name was written that is not understood: another name may be another function. */
function nameCases(name: string, branches: readonly Branch[]): Value | null {
  const cases: CasesValue = { kind: 'cases', branches };
  if (name === '') return cases;
  const read = readName(name);
  if (read === null) return null;
  if (read.parameters.length > 0 && findClosing(name, name.indexOf('(')) === name.length - 1) {
    return { kind: 'function', name: read.head, parameters: read.parameters, body: cases };
  }
  return { kind: 'assignment', entries: [{ name: read.name, value: cases }] };
}
