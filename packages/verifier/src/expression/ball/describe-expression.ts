import type { Fuel } from '../../fuel.ts';
import { printRational, type Rational } from '../../rational.ts';
import type { Expression } from '../expression.ts';
import { listChildren } from '../list-children.ts';
import { isBoundName, listSymbols } from '../symbols.ts';

export interface ExpressionDescription {
  readonly symbols: ReadonlySet<string>;
  /** Some function in it is not analytic everywhere: a root, a logarithm, an absolute value, a floor, ... */
  readonly hasBranches: boolean;
  /** Some function in it may go over to another branch at a real argument inside its domain, as |x - 5000| does. */
  readonly hasTurns: boolean;
  /** Symbols that can only be whole numbers from 0: in factorials, binomials, and the ends of sums. */
  readonly wholes: ReadonlySet<string>;
  /** The sizes of its numbers, none twice: where |x - 5000| and its like turn. */
  readonly sizes: ReadonlyMap<string, Rational>;
}

const functionsWithBranches: ReadonlySet<string> = new Set([
  'ln',
  'abs',
  'floor',
  'ceil',
  'arcsin',
  'arccos',
  'arctan',
]);

/** More numbers, and longer ones, are no places to look at. */
const mostSizes = 24;

function isShort({ numerator, denominator }: Rational): boolean {
  return numerator < 1n << 200n && denominator < 1n << 200n;
}

const wholeFunctions: ReadonlySet<string> = new Set(['double-factorial', 'gcd', 'lcm', 'mod']);

/** Walks the tree without recursion, as no depth is too large for it. Undefined when the fuel is out. */
export function describeExpression(expression: Expression, fuel: Fuel): ExpressionDescription | undefined {
  const symbols = new Set<string>();
  const wholes = new Set<string>();
  const sizes = new Map<string, Rational>();
  let hasBranches = false;
  let hasTurns = false;
  const open: Expression[] = [expression];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!fuel.spend(1)) return undefined;
    if (node.kind === 'symbol' && !isBoundName(node.name)) symbols.add(node.name);
    if (node.kind === 'rational' && node.value.numerator !== 0n && sizes.size < mostSizes) {
      const { numerator, denominator } = node.value;
      const size = { numerator: numerator < 0n ? -numerator : numerator, denominator };
      if (isShort(size)) sizes.set(printRational(size), size);
    }
    for (const part of listWholeParts(node)) for (const name of listSymbols(part)) wholes.add(name);
    hasBranches ||= isBranching(node);
    hasTurns ||= isTurning(node);
    for (const child of listChildren(node)) open.push(child);
  }
  return { symbols, hasBranches, hasTurns, wholes, sizes };
}

function listWholeParts(node: Expression): readonly Expression[] {
  if (node.kind === 'factorial' || node.kind === 'binomial') return listChildren(node);
  if (node.kind === 'bound') return node.operator === 'sum' || node.operator === 'prod' ? node.parts.slice(1) : [];
  return node.kind === 'application' && wholeFunctions.has(node.name) ? node.arguments : [];
}

/** Odd roots, logarithms and factorials are one piece where they are real. */
function isTurning(node: Expression): boolean {
  switch (node.kind) {
    case 'root':
      return node.index % 2 === 0;
    case 'power':
      return node.exponent.kind === 'rational'
        ? node.exponent.value.denominator % 2n === 0n
        : isBranching(node.exponent);
    case 'function':
      return node.name !== 'ln' && functionsWithBranches.has(node.name);
    default:
      return node.kind === 'application' || node.kind === 'bound';
  }
}

function isBranching(node: Expression): boolean {
  switch (node.kind) {
    case 'root':
    case 'logarithm':
    case 'factorial':
    case 'binomial':
    case 'application':
    case 'bound':
      return true;
    case 'power':
      return node.exponent.kind !== 'rational' || node.exponent.value.denominator !== 1n;
    case 'function':
      return functionsWithBranches.has(node.name);
    default:
      return false;
  }
}
