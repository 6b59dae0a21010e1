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
}

export type Value = NumberValue | ExpressionValue | InfinityValue | TextValue | TupleValue | SetValue | ListValue;

export type Container = TupleValue | SetValue | ListValue;

export function isContainer(value: Value): value is Container {
  return value.kind === 'tuple' || value.kind === 'set' || value.kind === 'list';
}

/** Text that two values share when, and only when, they are the same. Also the normal form that results show. */
export function printValue(value: Value): string {
  switch (value.kind) {
    case 'number': {
      const unit = value.unit === null ? '' : ` ${value.unit.name}`;
      return `${printRational(value.value)}${value.isPercent ? '%' : ''}${unit}`;
    }
    case 'expression':
      return printExpression(value.expression);
    case 'infinity':
      return value.isNegative ? '-\\infty' : '\\infty';
    case 'text':
      return value.text;
    case 'tuple':
      return `${value.open}${printItems(value)}${value.close}`;
    case 'set':
      return `{${[...new Set(value.items.map(printValue))].sort().join(', ')}}`;
    case 'list':
      return printItems(value);
  }
}

function printItems(value: TupleValue | ListValue): string {
  return value.items.map(printValue).join(', ');
}

/** Whether every part of the value is understood, so that another text can be told to differ from it. */
export function isUnderstood(value: Value): boolean {
  if (value.kind === 'text') return false;
  return isContainer(value) ? value.items.every(isUnderstood) : true;
}
