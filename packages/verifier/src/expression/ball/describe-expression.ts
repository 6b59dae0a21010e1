import type { Fuel } from '../../fuel.ts';
import type { Expression } from '../expression.ts';

export interface ExpressionDescription {
  readonly symbols: ReadonlySet<string>;
  /** Some function in it is not analytic everywhere: a root, a logarithm, an absolute value, a floor, ... */
  readonly hasBranches: boolean;
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

/** Walks the tree without recursion, as no depth is too large for it. Undefined when the fuel is out. */
export function describeExpression(expression: Expression, fuel: Fuel): ExpressionDescription | undefined {
  const symbols = new Set<string>();
  let hasBranches = false;
  const open: Expression[] = [expression];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!fuel.spend(1)) return undefined;
    if (node.kind === 'symbol') symbols.add(node.name);
    hasBranches ||= isBranching(node);
    for (const child of childrenOf(node)) open.push(child);
  }
  return { symbols, hasBranches };
}

function isBranching(node: Expression): boolean {
  switch (node.kind) {
    case 'root':
    case 'logarithm':
    case 'factorial':
    case 'binomial':
      return true;
    case 'power':
      return node.exponent.kind !== 'rational' || node.exponent.value.denominator !== 1n;
    case 'function':
      return functionsWithBranches.has(node.name);
    default:
      return false;
  }
}

function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'rational':
    case 'symbol':
    case 'constant':
      return [];
    case 'sum':
      return node.terms;
    case 'product':
      return node.factors;
    case 'quotient':
      return [node.numerator, node.denominator];
    case 'negation':
    case 'factorial':
      return [node.operand];
    case 'power':
      return [node.base, node.exponent];
    case 'root':
      return [node.radicand];
    case 'function':
      return [node.argument];
    case 'logarithm':
      return [node.base, node.argument];
    case 'binomial':
      return [node.top, node.bottom];
  }
}
