import { findClosing } from '../../text/brackets.ts';
import type { Form, Reader } from '../reader.ts';
import { solveRelations } from '../regions/solve-relations.ts';
import { type Clause, splitClauses } from '../split-clauses.ts';
import { splitRelations } from '../split-relations.ts';
import { type ChainValue, isUnderstood, type Value } from '../values.ts';
import { isRounding } from './is-rounding.ts';
import { joinStatements } from './join-statements.ts';
import { type Declared, readDeclarations } from './read-declarations.ts';
import { readEquation } from './read-equation.ts';
import { readName } from './read-name.ts';
import { readValues } from './read-values.ts';

/** What every text has that may be a statement, so that all others cost one look. */
const sign =
  /[=:<>\u2124\u211d\u2115]|\\(?:approx|equiv|in|notin|le|ge|ne|to|mapsto)(?![A-Za-z])|for |integer|constant|real|number|parameter/;

const phrase =
  /^(?:\\text\{)?(?:[Tt]hus|[Hh]ence|[Ss]o|[Tt]herefore)?,? ?(?:[Tt]he )?(?:[Gg]eneral )?[Ss]olutions? (?:of the system |set )?(?:is|are)\}? ?:?/;

/** Anything with an equals sign at its top level or a parameter that is declared: equations, chains, named values. */
export const parseStatement: Form = (text, reader) => {
  if (!sign.test(text)) return undefined;
  const bare = stripBrackets(respell(text.replace(phrase, '').trim()));
  return (
    parseFamily(bare, reader) ?? parseMapping(bare, reader) ?? parseClauses(bare, reader) ?? parseLabel(bare, reader)
  );
};

/** `5!=120` is no inequality, and the degrees of `360^\\circ n` are those of the product. */
function respell(text: string): string {
  const factorial = text.includes('!=') ? text.replaceAll(/(\d|\))!=/g, '$1! =') : text;
  return factorial.includes('circ')
    ? factorial.replaceAll(/(\d)\^\{\\circ\} ?([a-z])(?![a-z])/g, '$1$2^{\\circ}')
    : factorial;
}

/** `[x = 1, y = 2]` and `\{x = 1\}`: brackets around statements say nothing. */
function stripBrackets(text: string): string {
  const width = text.startsWith('\\{') ? 2 : 1;
  const isOpen = width === 2 || text.startsWith('[') || text.startsWith('(');
  const close = width === 2 ? '\\}' : text.startsWith('[') ? ']' : ')';
  if (!isOpen || !text.endsWith(close) || findClosing(text, 0) !== text.length - width) return text;
  const inside = text.slice(width, -width);
  const clauses = splitClauses(inside);
  const isStated = clauses?.every((clause) => splitRelations(clause.text)?.signs.every((mark) => mark === '='));
  return isStated === true && splitRelations(inside)?.signs.length ? inside : text;
}

function parseFamily(text: string, reader: Reader): Value | null | undefined {
  const declared = readDeclarations(text) ?? readForAll(text);
  if (declared === null) return undefined;
  const { parameters } = declared;
  const body = parseClauses(declared.body, reader) ?? readValues(declared.body, reader);
  if (body === null || !isUnderstood(body)) return null;
  const rest = parameters.filter(({ name, domain }) => domain !== 'R' || !isAbout(body, name));
  return rest.length === 0 ? body : { kind: 'family', body, parameters: rest };
}

/** That the variable of a function or a condition, or what is named, is a real number goes without saying. */
function isAbout(body: Value, name: string): boolean {
  if (body.kind === 'function') return body.parameters.includes(name);
  if (body.kind === 'region') return body.variable === name;
  if (body.kind === 'assignment') return body.entries.some((entry) => entry.name === name);
  return body.kind === 'condition' ? body.parts.some((part) => isAbout(part, name)) : isOrdered(body);
}

function isOrdered(body: Value): boolean {
  return body.kind === 'relation' && /^(?:<|.le|.ne)$/.test(body.operator);
}

/** `f(x) = 2x \text{ for all } x`, which says no more. */
function readForAll(text: string): Declared | null {
  const [said = '', ...names] = forAll.exec(text) ?? [];
  const name = names.find((each) => each !== undefined);
  return name === undefined ? null : { body: text.slice(0, -said.length), parameters: [{ name, domain: 'R' }] };
}

const forAll =
  /,? ?(?:\\text\{ ?for (?:all|any|every|each)(?: real)? ?(?:\} ?([a-z])|([a-z])\})|for (?:all|any|every|each)(?: real)? ([a-z]))$/;

/** `f: x \mapsto 2x`, `x \mapsto 2x`. */
function parseMapping(text: string, reader: Reader): Value | undefined {
  const [, name = '', variable, image] = /^(?:([A-Za-z]):)?([a-z])(?:\\mapsto|\\to)(?![A-Za-z])(.+)$/.exec(text) ?? [];
  if (variable === undefined || image === undefined || (name === '' && text.includes('\\to'))) return undefined;
  const body = readValues(image.trim(), reader);
  return body === null ? undefined : { kind: 'function', name, parameters: [variable], body };
}

/** `Area: 5`. A single letter before a colon may be a ratio. */
function parseLabel(text: string, reader: Reader): Value | undefined {
  const colon = text.indexOf(':');
  const label = colon > 2 && colon < 60 ? text.slice(0, colon) : '';
  const words = label.startsWith('\\text{') ? label.slice(6) : label;
  if (!/^[A-Za-z][A-Za-z ]{2,}$/.test(words)) return undefined;
  const isClosedBehind = label !== words && text[colon + 1] === '}';
  const value =
    label !== words && !isClosedBehind ? null : readValues(text.slice(colon + (isClosedBehind ? 2 : 1)).trim(), reader);
  const name = readName(words);
  return value === null || name === null ? undefined : { kind: 'assignment', entries: [{ name: name.name, value }] };
}

/** Clauses without a sign belong to the statement before them: `x = 1, 2`. */
function parseClauses(text: string, reader: Reader): Value | null | undefined {
  const clauses = splitClauses(text);
  if (clauses === null || clauses.length > 60) return undefined;
  const starts = clauses.filter((clause) => isStated(clause.text));
  if (starts.length === 0) return undefined;
  if (starts.some((clause) => isUnequal(clause.text))) {
    return solveRelations(clauses, reader) ?? parseMixed(text, clauses, reader);
  }
  if (starts[0] !== clauses[0]) return parseAfterValues(text, starts[0] as Clause, reader);
  const groups: Value[][] = [[]];
  for (const [i, clause] of starts.entries()) {
    const end = findEnd(clauses, starts[i + 1]);
    const piece = text.slice(clause.start, end).trim();
    const value = readEquation(piece, reader);
    if (value === undefined) return undefined;
    if (value === null || !isUnderstood(value)) return null;
    if (starts.length === 1) offerOthers(piece, value, reader);
    if (clause.joiner === 'or') groups.push([]);
    groups.at(-1)?.push(value);
  }
  return joinStatements(groups);
}

function isStated(text: string): boolean {
  return (splitRelations(text)?.signs.length ?? 0) > 0;
}

function isUnequal(text: string): boolean {
  return splitRelations(text)?.signs.some((sign) => !'= \\equiv \\approx \\to'.includes(sign)) === true;
}

/** What is said, and then where it holds: `y = 2x, x > 0`; `2x, x > 0`. */
function parseMixed(text: string, clauses: readonly Clause[], reader: Reader): Value | undefined {
  const first = clauses.findIndex((clause) => isUnequal(clause.text));
  const rest = clauses.slice(first);
  const [where] = rest;
  if (where === undefined || first < 1 || !rest.every((clause) => isUnequal(clause.text))) return undefined;
  const head = text.slice(0, clauses[first - 1]?.end).trim();
  const said = isStated(head) ? parseClauses(head, reader) : reader.readList(head);
  const domain = solveRelations(rest, reader);
  if (!said || !domain || where.joiner === 'or' || !isUnderstood(said)) return undefined;
  return { kind: 'condition', joiner: 'and', parts: [said, domain] };
}

/** A value, and then what is said of others: `\sum_{n=0}^{\infty} x^n, R = 1`. */
function parseAfterValues(text: string, first: Clause, reader: Reader): Value | undefined {
  const head = text.slice(0, first.start).replace(/(?:,|;|and)\s*$/, '');
  const values = first.joiner === 'or' ? null : reader.readList(head.trim());
  const said = values && parseClauses(text.slice(first.start).trim(), reader);
  return values && said ? { kind: 'condition', joiner: 'and', parts: [values, said] } : undefined;
}

function findEnd(clauses: readonly Clause[], next: Clause | undefined): number | undefined {
  const last = clauses[next === undefined ? clauses.length - 1 : clauses.indexOf(next) - 1];
  return last?.end;
}

/** The decimal beside an exact number may be what is meant. */
function offerDecimals({ sides }: ChainValue, reader: Reader): void {
  const [first] = sides;
  for (const side of sides.slice(1)) {
    if (first === undefined || side.places === 0) continue;
    if (side.isApproximate || isRounding(first.value, side, reader.fuel)) reader.offerReading(side.value);
  }
}

/** The second reading of what a name stands for: `x = 1,234`. */
function offerOthers(text: string, value: Value, reader: Reader): void {
  const [entry] = value.kind === 'assignment' ? value.entries : [];
  const parts = splitRelations(text)?.sides ?? [];
  const side = parts.at(-1);
  if (value.kind === 'chain') offerDecimals(value, reader);
  if (entry === undefined || value.kind !== 'assignment' || side === undefined || parts.length !== 2) return;
  for (const other of reader.readOthers(side)) {
    reader.offerReading({ ...value, entries: value.entries.map(({ name }) => ({ name, value: other })) });
  }
}
