import { findClosing } from '../../text/brackets.ts';
import { splitClauses } from '../split-clauses.ts';
import type { FamilyValue } from '../values.ts';
import { isVariable, toSymbolName } from './read-name.ts';

type Parameter = FamilyValue['parameters'][number];

export interface Declared {
  /** What stands before the declarations. */
  readonly body: string;
  readonly parameters: readonly Parameter[];
}

const sets: ReadonlyMap<string, string> = new Map([
  ...(['Z', 'R', 'N', 'Q', 'C'] as const).flatMap((name): [string, string][] => [
    [name, name],
    [`\\mathbb{${name}}`, name],
    [`\\mathbf{${name}}`, name],
    [`\\mathbb ${name}`, name],
    [`\\mathbf ${name}`, name],
    [`\\text{${name}}`, name],
  ]),
  ['ℤ', 'Z'],
  ['ℝ', 'R'],
  ['ℕ', 'N'],
]);

const numberWords: readonly (readonly [pattern: RegExp, domain: string])[] = [
  [/^positive (?:integers?|whole numbers?)$/, 'Z+'],
  [/^(?:non-?negative integers?|whole numbers?)$/, 'Z0'],
  [/^natural numbers?$/, 'N'],
  [/^(?:integers?|integral|integer values?)$/, 'Z'],
  [/^(?:real|reals|real numbers?|constants?|real constants?|parameters?|real parameters?|numbers?)$/, 'R'],
];

/** Words before and after the names that say no more than that a declaration stands here. */
const opening = /^(?:and )?(?:where|for|with|when|if|here|,)? ?/;
const articles = /^(?:(?:any|all|every|each|some|an?|arbitrary|the) )*/;
const relation = /^(?:is|are|being|be|=|can be|represents?) ?(?:(?:any|an?|all|some|the|arbitrary) ?)*/;

/** Splits off what is said about parameters: `2\pi n, n \in \mathbb{Z}`, `c e^x where c is a constant`. Null for none. */
export function readDeclarations(text: string): Declared | null {
  const start = findStart(text);
  if (start === -1) return null;
  const body = text.slice(0, start).trim().replace(/[,;]$/, '').trim();
  const said = text.slice(start).trim().replace(/^[,;]/, '').trim();
  const isEnclosed = said.startsWith('(') && findClosing(said, 0) === said.length - 1;
  const parameters = readAll(isEnclosed ? said.slice(1, -1) : said);
  return parameters === null || body === '' ? null : { body, parameters };
}

/** Where the declarations begin: at a word such as "where", at a bracket that ends the text, or at a clause. */
function findStart(text: string): number {
  const clauses = splitClauses(text);
  if (clauses === null) return -1;
  const word = /\\text\{(?:where|for|with|here)(?![A-Za-z])|(?<![A-Za-z\\{])(?:where|for|with|here)(?![A-Za-z])/.exec(
    text,
  );
  if (word !== null) return word.index;
  if (text.endsWith(')')) {
    const open = text.lastIndexOf('(');
    if (open > 0 && findClosing(text, open) === text.length - 1 && readAll(text.slice(open + 1, -1)) !== null)
      return open;
  }
  // The longest run of clauses at the end that declare something.
  for (let i = Math.max(1, clauses.length - 6); i < clauses.length; i++) {
    const clause = clauses[i];
    if (clause !== undefined && readAll(text.slice(clause.start)) !== null) return clause.start;
  }
  return -1;
}

function readAll(text: string): readonly Parameter[] | null {
  const clauses = text.length > 300 ? null : splitClauses(flattenWords(text));
  if (clauses === null) return null;
  const parameters: Parameter[] = [];
  let waiting: string[] = [];
  for (const clause of clauses) {
    const { names, domain } = readOne(clause.text);
    if (names === null) return null;
    waiting.push(...names);
    if (domain === null) continue;
    for (const name of waiting) parameters.push({ name: toSymbolName(name), domain });
    waiting = [];
  }
  return waiting.length > 0 || parameters.length === 0 ? null : parameters;
}

interface Declaration {
  readonly names: readonly string[] | null;
  /** Null where it follows behind another name: `s, t \in R`. */
  readonly domain: string | null;
}

const nothing: Declaration = { names: null, domain: null };

function readOne(clause: string): Declaration {
  const said = clause.replace(opening, '').trim();
  const text = isVariable(said) ? said : said.replace(articles, '').trim();
  if (isVariable(text)) return { names: [text], domain: null };
  const member = text.indexOf('\\in');
  if (member > 0 && !/[A-Za-z]/.test(text[member + 3] ?? '')) {
    const name = text.slice(0, member).trim();
    const domain = sets.get(text.slice(member + 3).trim());
    return isVariable(name) && domain !== undefined ? { names: [name], domain } : nothing;
  }
  const [first = '', ...rest] = (/^an? (?:is|are|being) /.test(said) ? said : text).split(' ');
  if (isVariable(first) && rest.length > 0) {
    const domain = findDomain(rest.join(' ').replace(relation, ''));
    return domain === undefined ? nothing : { names: [first], domain };
  }
  // "for any integer k"
  const last = rest.at(-1) ?? '';
  const domain = findDomain([first, ...rest.slice(0, -1)].join(' '));
  return isVariable(last) && domain !== undefined ? { names: [last], domain } : nothing;
}

function findDomain(words: string): string | undefined {
  const bare = words.replace(/^(?:arbitrary|any|an?|fixed) /, '').trim();
  return numberWords.find(([pattern]) => pattern.test(bare))?.[1];
}

/** Words without `\text{}`, with one space on each side. */
function flattenWords(text: string): string {
  const flat = text.replaceAll(/\\text\{([^{}]*)\}/g, (_, words: string) =>
    /^[ZRNQC]$/.test(words) ? words : ` ${words} `,
  );
  return flat
    .replaceAll(/ in (?=\\mathbb|[ZRNQC](?![A-Za-z]))/g, '\\in ')
    .replaceAll('=', ' = ')
    .replaceAll(/ +/g, ' ')
    .trim();
}
