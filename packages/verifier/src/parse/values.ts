import type { Expression } from '../expression/expression.ts';
import { printExpression } from '../expression/print-expression.ts';
import type { Rational } from '../rational.ts';
import { printRational } from '../rational.ts';
import type { Unit } from './parse-unit.ts';

/** A number with what was written behind it. */
export interface NumberValue {
  readonly kind: 'number';
  /** As written: 50 for `50%`. */
  readonly value: Rational;
  readonly isPercent: boolean;
  readonly unit: Unit | null;
}

/** A scalar that is no plain number: `2\\sqrt{3}`, `x^2 + 1`. */
export interface ExpressionValue {
  readonly kind: 'expression';
  readonly expression: Expression;
}

/** An expression with what was written behind it: `12\\pi \\text{ cm}^2`, `5x\\%`. At least one of the two is there. */
export interface QuantityValue {
  readonly kind: 'quantity';
  readonly expression: Expression;
  readonly isPercent: boolean;
  readonly unit: Unit | null;
}

/** A scalar with several readings of which none is clearly meant: `1/2x`, `f(x)`. */
export interface AlternativesValue {
  readonly kind: 'alternatives';
  /** At least two, in the same order for every text. */
  readonly readings: readonly Value[];
}

export interface InfinityValue {
  readonly kind: 'infinity';
  readonly isNegative: boolean;
}

/** An element that is not understood; only the same text equals it. */
export interface TextValue {
  readonly kind: 'text';
  readonly text: string;
}

/** A point, vector or interval: order and brackets matter. */
export interface TupleValue {
  readonly kind: 'tuple';
  readonly open: '(' | '[';
  readonly close: ')' | ']';
  readonly items: readonly Value[];
}

/** Elements in braces: neither order nor repetition matters. */
export interface SetValue {
  readonly kind: 'set';
  readonly items: readonly Value[];
}

/** Answers side by side, such as `1, -2`: order does not matter. */
export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Value[];
  /** The word that joins them, where there is one. */
  readonly word?: 'and' | 'or';
}

/** A subset of the real numbers: `x > 3`, `(-\\infty, 1) \\cup (3, \\infty)`, `x \\ne 2`. */
export interface RegionValue {
  readonly kind: 'region';
  /** The variable whose values it holds; null where none was written. */
  readonly variable: string | null;
  readonly pieces: readonly Piece[];
}

/** An interval; a point has one closed end twice. */
export interface Piece {
  readonly low: End;
  readonly high: End;
}

export interface End {
  /** Null where it is infinite. */
  readonly value: Expression | null;
  readonly isClosed: boolean;
}

/** A relation between two sides that is no region and no assignment: `x^2 + y^2 = 9`, `x + y < 5`. */
export interface RelationValue {
  readonly kind: 'relation';
  readonly operator: '=' | '<' | '\\le' | '\\ne' | '\\in' | '\\equiv' | '\\parallel' | '\\perp';
  readonly left: Value;
  readonly right: Value;
}

/** Sides without unknowns that are said to be equal: `1/2 = 0.5`, `2\\sqrt3 \\approx 3.46`. */
export interface ChainValue {
  readonly kind: 'chain';
  readonly sides: readonly ChainSide[];
}

export interface ChainSide {
  readonly value: Value;
  /** The decimal places of a side that is written as a decimal. */
  readonly places: number;
  /** Whether a sign of approximation stands before it. */
  readonly isApproximate: boolean;
}

/** Several statements that hold together, or of which one holds. */
export interface ConditionValue {
  readonly kind: 'condition';
  readonly joiner: 'and' | 'or';
  readonly parts: readonly Value[];
}

/** Named values: `x = 5`; `a = 1, b = 2`. */
export interface AssignmentValue {
  readonly kind: 'assignment';
  readonly entries: readonly { readonly name: string; readonly value: Value }[];
}

/** `f(x) = 2x + 1`. */
export interface FunctionValue {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Value;
}

/** A value for each choice of declared parameters: `2\\pi n, n \\in \\mathbb{Z}`. */
export interface FamilyValue {
  readonly kind: 'family';
  readonly body: Value;
  readonly parameters: readonly { readonly name: string; readonly domain: string }[];
}

/** One value for each condition, as `\\begin{cases}` writes them. */
export interface CasesValue {
  readonly kind: 'cases';
  readonly branches: readonly { readonly value: Value; readonly condition: Value | null }[];
}

/** A matrix by rows. A column vector has one element in each row. */
export interface MatrixValue {
  readonly kind: 'matrix';
  readonly rows: readonly (readonly Value[])[];
}

/** A numeral to a base that is written: `221_3`. */
export interface BasedValue {
  readonly kind: 'based';
  readonly digits: string;
  readonly base: number;
  readonly value: Rational;
}

/** `3:4`, `1:2:3`. */
export interface RatioValue {
  readonly kind: 'ratio';
  readonly terms: readonly Value[];
  /** What `3:30` is as a time of day; null where it is none. */
  readonly time: TimeValue | null;
}

/** A time of day. */
export interface TimeValue {
  readonly kind: 'time';
  /** Seconds since midnight; where `half` is null and the hour is 1 to 12, noon may be meant as well. */
  readonly seconds: number;
  readonly half: 'am' | 'pm' | null;
}

/** A day of the calendar or of the week. What was not written is null. */
export interface DateValue {
  readonly kind: 'date';
  readonly year: number | null;
  readonly month: number | null;
  readonly day: number | null;
  /** 0 for Sunday. */
  readonly weekday: number | null;
}

/** Letters of a multiple choice, with the text of the choice where it was given: `B`, `(B) 5`, `A, C`. */
export interface ChoiceValue {
  readonly kind: 'choice';
  readonly letters: readonly string[];
  readonly content: Value | null;
}

/** Yes or no, true or false, with what was said about it. */
export interface BooleanValue {
  readonly kind: 'boolean';
  readonly value: boolean;
  readonly word: 'yes' | 'no' | 'true' | 'false';
  readonly detail: Value | null;
  /** Whether the detail gives a reason: `Yes, because ...`. */
  readonly isReason: boolean;
}

/** Words of one part, such as the name of a set. */
export function makeWords(text: string): WordsValue {
  return { kind: 'words', text, parts: [text], group: null };
}

/** An answer in words, such as a name or a property, or a sentence with formulas in it. */
export interface WordsValue {
  readonly kind: 'words';
  readonly text: string;
  /** Its words without articles, in lower case, its formulas, and the signs of relation between them. */
  readonly parts: readonly (string | Value)[];
  /** What words of a common meaning say; `figure` for the points of a figure behind its name. */
  readonly group: 'no-solution' | 'undefined' | 'not-existing' | 'infinite' | 'figure' | null;
}

export type Value =
  | NumberValue
  | ExpressionValue
  | QuantityValue
  | AlternativesValue
  | InfinityValue
  | TextValue
  | TupleValue
  | SetValue
  | ListValue
  | RegionValue
  | RelationValue
  | ChainValue
  | ConditionValue
  | AssignmentValue
  | FunctionValue
  | FamilyValue
  | CasesValue
  | MatrixValue
  | BasedValue
  | RatioValue
  | TimeValue
  | DateValue
  | ChoiceValue
  | BooleanValue
  | WordsValue;

export type Container = TupleValue | SetValue | ListValue;

export function isContainer(value: Value): value is Container {
  return value.kind === 'tuple' || value.kind === 'set' || value.kind === 'list';
}

/** Text that two values share when, and only when, they are the same as written. Also the normal form that results show. */
export function printValue(value: Value): string {
  switch (value.kind) {
    case 'number':
      return `${printRational(value.value)}${printTail(value)}`;
    case 'expression':
      return printExpression(value.expression);
    case 'quantity':
      return `(${printExpression(value.expression)})${printTail(value)}`;
    case 'alternatives':
      return value.readings.map(printValue).join(' or ');
    case 'infinity':
      return value.isNegative ? '-\\infty' : '\\infty';
    case 'text':
    case 'words':
      return value.text;
    case 'tuple':
      return `${value.open}${printAll(value.items)}${value.close}`;
    case 'set':
      return `{${[...new Set(value.items.map(printValue))].sort().join(', ')}}`;
    case 'list':
      return printAll(value.items);
    case 'region':
      return `${value.variable === null ? '' : `${value.variable} \\in `}${value.pieces.map(printPiece).join(' \\cup ') || '\\emptyset'}`;
    case 'relation':
      return `${printValue(value.left)} ${value.operator} ${printValue(value.right)}`;
    case 'chain':
      return value.sides
        .map((side, i) => `${i === 0 ? '' : side.isApproximate ? ' \\approx ' : ' = '}${printValue(side.value)}`)
        .join('');
    case 'condition':
      return value.parts.map(printValue).join(` ${value.joiner} `);
    case 'assignment':
      return value.entries.map((entry) => `${entry.name} = ${printValue(entry.value)}`).join(', ');
    case 'function':
      return `${value.name}(${value.parameters.join(', ')}) = ${printValue(value.body)}`;
    case 'family':
      return `${printValue(value.body)}; ${value.parameters.map(({ name, domain }) => `${name} \\in ${domain}`).join(', ')}`;
    case 'cases':
      return value.branches
        .map(
          (branch) =>
            `${printValue(branch.value)} if ${branch.condition === null ? 'else' : printValue(branch.condition)}`,
        )
        .join('; ');
    case 'matrix':
      return `[${value.rows.map((row) => `[${printAll(row)}]`).join(', ')}]`;
    case 'based':
      return `${value.digits}_{${value.base}}`;
    case 'ratio':
      return value.terms.map(printValue).join(':');
    case 'time':
      return printTime(value);
    case 'date':
      return [value.weekday, value.year, value.month, value.day].map((part) => part ?? '*').join('-');
    case 'choice':
      return `(${value.letters.join(', ')})${value.content === null ? '' : ` ${printValue(value.content)}`}`;
    case 'boolean':
      return value.detail === null ? value.word : `${value.word}, ${printValue(value.detail)}`;
  }
}

function printTail({ isPercent, unit }: { readonly isPercent: boolean; readonly unit: Unit | null }): string {
  return `${isPercent ? '%' : ''}${unit === null ? '' : ` ${unit.name}`}`;
}

function printAll(values: readonly Value[]): string {
  return values.map(printValue).join(', ');
}

/** An interval, or a point in braces. */
export function printPiece({ low, high }: Piece): string {
  if (low.isClosed && low.value !== null && low.value === high.value) return `\\{${printExpression(low.value)}\\}`;
  const ends = [low.value === null ? '-\\infty' : printExpression(low.value)];
  ends.push(high.value === null ? '\\infty' : printExpression(high.value));
  return `${low.isClosed ? '[' : '('}${ends.join(', ')}${high.isClosed ? ']' : ')'}`;
}

function printTime({ seconds, half }: TimeValue): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const digits = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return half === null ? digits : `${digits} ${half}`;
}

/** The values inside a value. Ends of regions are expressions and not among them: see {@link listExpressions}. */
export function listParts(value: Value): readonly Value[] {
  switch (value.kind) {
    case 'tuple':
    case 'set':
    case 'list':
      return value.items;
    case 'relation':
      return [value.left, value.right];
    case 'chain':
      return value.sides.map((side) => side.value);
    case 'condition':
      return value.parts;
    case 'assignment':
      return value.entries.map((entry) => entry.value);
    case 'function':
    case 'family':
      return [value.body];
    case 'cases':
      return value.branches.flatMap((branch) =>
        branch.condition === null ? [branch.value] : [branch.value, branch.condition],
      );
    case 'matrix':
      return value.rows.flat();
    case 'alternatives':
      return value.readings;
    case 'ratio':
      return value.terms;
    case 'choice':
      return value.content === null ? [] : [value.content];
    case 'boolean':
      return value.detail === null ? [] : [value.detail];
    case 'words':
      return value.parts.filter((part) => typeof part !== 'string');
    default:
      return [];
  }
}

/** Every expression in a value, at any depth. */
export function listExpressions(value: Value): readonly Expression[] {
  if (value.kind === 'expression' || value.kind === 'quantity') return [value.expression];
  if (value.kind === 'region') {
    return value.pieces.flatMap(({ low, high }) =>
      [low.value, high.value].filter((end): end is Expression => end !== null),
    );
  }
  return listParts(value).flatMap(listExpressions);
}

/** Whether every part of the value is understood, so that another text can be told to differ from it. */
export function isUnderstood(value: Value): boolean {
  return value.kind !== 'text' && listParts(value).every(isUnderstood);
}
