import type { Reader } from '../reader.ts';
import { type Clause, splitClauses } from '../split-clauses.ts';
import type { Value } from '../values.ts';
import { solveRelations } from './solve-relations.ts';

/** Longer texts are no answers in words. */
const longest = 300;

/** Phrases as signs. Every pattern is a list of words, so that matching takes one look at each. */
const phrases: readonly (readonly [pattern: RegExp, sign: string])[] = [
  [/\bis (?:an? |any |all |every )?(?:real numbers?|reals?)\b/g, '\\in\\mathbb R'],
  [/\bis (?:an? |any )?(?:positive integer|natural number)s?\b/g, '\\in\\mathbb N'],
  [/\bis (?:an? |any )?(?:non-?negative integer|whole number)s?\b/g, '\\in\\mathbb N_0'],
  [/\bis (?:an? |any )?integers?\b/g, '\\in\\mathbb Z'],
  [/\bis positive\b/g, '>0'],
  [/\bis negative\b/g, '<0'],
  [/\bis (?:non-?negative)\b/g, '\\ge0'],
  [/\bis (?:non-?zero)\b/g, '\\ne0'],
  [/\b(?:is )?(?:greater|larger|bigger|more) than or equal to\b/g, '\\ge'],
  [/\b(?:is )?(?:less|smaller|fewer) than or equal to\b/g, '\\le'],
  [/\b(?:is )?(?:strictly )?(?:greater|larger|bigger|more) than\b/g, '>'],
  [/\b(?:is )?(?:strictly )?(?:less|smaller|fewer) than\b/g, '<'],
  [/\b(?:is )?at least\b/g, '\\ge'],
  [/\b(?:is )?at most\b/g, '\\le'],
  [/\b(?:is |does )?not equal(?: to)?\b/g, '\\ne'],
];

/** `\text{}` opened and what is said of a letter in signs: ` x \in \mathbb{R} and x \ne 2`. */
export function plainWords(text: string): string {
  if (text.length > longest || !/[a-z]{2}/i.test(text)) return text.trim();
  const opened = text.replaceAll(/\\text\{([^{}]*)\}/g, ' $1 ').replaceAll(/ +/g, ' ');
  return phrases.reduce((result, [pattern, sign]) => result.replaceAll(pattern, sign), opened).trim();
}

const everyNumber =
  /^(?:x ?(?:is|can be|may be|=|\\in) ?)?(?:the )?(?:set of )?(?:all |any |every |each )?(?:of the )?(?:(positive|negative|non-?negative|non-?positive|non-?zero) )?(?:real numbers?|reals|real values?|reals? x|numbers)(?: of [a-z])?(?: [a-z])?(?= |$|,|\\)/i;

const signs: ReadonlyMap<string, string> = new Map([
  ['positive', '>0'],
  ['negative', '<0'],
  ['nonnegative', '\\ge0'],
  ['nonpositive', '\\le0'],
  ['nonzero', '\\ne0'],
]);

const nothing =
  /^(?:there (?:is|are) )?(?:no (?:real )?(?:solutions?|roots?|values?|zeros?|solutions? exists?|numbers?)|(?:the )?empty set|null set)$/i;

/** One of these stands in every such text. */
const keyword = /real|number|solution|root|value|zero|empty|null|\b(?:is|be)\b/i;

/** Sets of numbers in words: "all real numbers except 2", "no solution". Undefined where the words are others. */
export function readSpokenSet(text: string, reader: Reader): Value | null | undefined {
  if (text.length > longest || !keyword.test(text)) return undefined;
  const opened = text
    .replaceAll(/\\text\{([^{}]*)\}/g, ' $1 ')
    .replaceAll(/ +/g, ' ')
    .replace(/^\\\{|\\\}$/g, '')

    .trim()
    .replace(/\.$/, '');
  if (nothing.test(opened)) return { kind: 'region', variable: null, pieces: [] };
  const match = everyNumber.exec(opened);
  if (match === null || !/real|all|every|any/i.test(match[0])) {
    return /^[a-z] (?:is|must be|can be|may be) /i.test(opened) ? readSentence(opened, reader) : undefined;
  }
  const conditions = ['x\\in\\mathbb R'];
  const sign = signs.get((match[1] ?? '').toLowerCase().replace('-', ''));
  if (sign !== undefined) conditions.push(`x${sign}`);
  const rest = opened.slice(match[0].length).trim().replace(/[.,]$/, '');
  if (rest !== '') {
    const tail = readTail(rest);
    if (tail === undefined) return undefined;
    conditions.push(tail);
  }
  const clauses = splitClauses(conditions.join(';'));
  const limit = (clause: Clause, i: number): Clause =>
    i > 0 && i < conditions.length ? { ...clause, joiner: 'given' } : clause;
  const value = clauses && solveRelations(clauses.map(limit), reader);
  return value?.kind === 'region' ? { ...value, variable: null } : null;
}

/** `x is greater than 3`, `x can be any real number`. */
function readSentence(opened: string, reader: Reader): Value | undefined {
  const said = plainWords(opened.replace(/ (?:must|can|may) be /i, ' is '));
  const clauses = /\\(?:in|[lg]e|ne)|[<>]/.test(said) ? splitClauses(said) : null;
  return (clauses && solveRelations(clauses, reader)) ?? undefined;
}

/** What limits the numbers, as a condition on x. */
function readTail(rest: string): string | undefined {
  const except =
    /^,? ?(?:except(?:ing)?(?: for)?|but|excluding|other than|besides|apart from|without|(?:that are )?not equal to|\\ne|\\setminus)(?: not)?(?: the)?(?: (?:numbers?|values?|points?))? ?/i.exec(
      rest,
    );
  if (except !== null) {
    const list = rest
      .slice(except[0].length)
      .replaceAll(/\b[a-z] ?(?:=|\\ne) ?/g, '')
      .replaceAll(/ ?\b(?:and|or)\b ?/g, ',')
      .replaceAll(',,', ',');
    return list === '' ? undefined : `x\\ne ${list}`;
  }
  const limit =
    /^(?:x )?(?:such that|with|where|for which|that are|which are|that is)? ?(?:x )?/i.exec(rest)?.[0] ?? '';
  const said = plainWords(rest.slice(limit.length));
  const between = /^between (.+) and ([^a-z]+)(?:,? (inclusive|exclusive))?$/i.exec(said);
  if (between !== null) {
    const isOpen = between[3]?.toLowerCase() !== 'inclusive';
    return isOpen ? `${between[1]}<x<${between[2]}` : `${between[1]}\\le x\\le ${between[2]}`;
  }
  if (/^(?:<|>|\\le|\\ge)/.test(said)) return `x${said}`;
  return /^[a-z]? ?(?:<|>|\\le|\\ge|\\ne)/.test(said) ? said.replaceAll(/\b[a-z]\b/g, 'x') : undefined;
}
