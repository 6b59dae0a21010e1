import type { Fuel } from '../fuel.ts';
import type { BoundExpression, Expression } from './expression.ts';
import { isInfinity, makeInteger, makePower, makeProduct, makeQuotient, makeSum, negate } from './expression-parts.ts';
import { dependsOn } from './find-antiderivative.ts';
import { foldRational } from './fold-rational.ts';
import { listChildren } from './list-children.ts';
import { replaceSymbols } from './symbols.ts';

/** How often numerator and denominator are differentiated. */
const mostSteps = 4;

interface LimitTools {
  readonly fuel: Fuel;
  readonly isSame: (a: Expression, b: Expression) => boolean;
}

/**
 * The limit of an analytic function at a finite point: its value there, or by l'Hopital's rule where that is 0/0. Null
 * for everything else: infinity, functions with jumps, and points at which a value is not certain.
 */
export function takeLimit({ variable, parts }: BoundExpression, tools: LimitTools): Expression | null {
  const [body, point] = parts;
  if (body === undefined || point === undefined || hasInfinity(point)) return null;
  const isZero = (node: Expression): boolean => tools.isSame(valueAt(node), makeInteger(0n));
  const valueAt = (node: Expression): Expression => replaceSymbols(node, new Map([[variable, point]]));
  let node = body;
  for (let step = 0; step <= mostSteps; step++) {
    if (!isAnalytic(node, variable, { isZero, fuel: tools.fuel }, true)) return null;
    if (node.kind !== 'quotient' || !isZero(node.denominator)) {
      return isAnalytic(node, variable, { isZero, fuel: tools.fuel }, false) ? valueAt(node) : null;
    }
    if (!isZero(node.numerator)) return null;
    const top = differentiate(node.numerator, variable, tools.fuel);
    const bottom = differentiate(node.denominator, variable, tools.fuel);
    if (top === null || bottom === null) return null;
    node = makeQuotient(top, bottom);
  }
  return null;
}

function hasInfinity(node: Expression): boolean {
  return isInfinity(node) || listChildren(node).some(hasInfinity);
}

interface Tests {
  readonly isZero: (node: Expression) => boolean;
  readonly fuel: Fuel;
}

/**
 * Whether only polynomials, exponentials, sines and cosines of the variable are in it, and quotients whose denominator
 * is a number other than zero at the point; the quotient at the top may be 0/0.
 */
function isAnalytic(node: Expression, variable: string, tests: Tests, mayBeQuotient: boolean): boolean {
  if (!tests.fuel.spend(2)) return false;
  if (!dependsOn(node, variable)) return true;
  const below = (part: Expression): boolean => isAnalytic(part, variable, tests, false);
  switch (node.kind) {
    case 'symbol':
      return true;
    case 'sum':
    case 'product':
    case 'negation':
      return listChildren(node).every(below);
    case 'quotient':
      return below(node.numerator) && below(node.denominator) && (mayBeQuotient || !tests.isZero(node.denominator));
    case 'power': {
      if (node.base.kind === 'constant' && node.base.name === 'e') return below(node.exponent);
      const exponent = foldRational(node.exponent, tests.fuel);
      return exponent?.denominator === 1n && exponent.numerator > 0n && below(node.base);
    }
    case 'function':
      return (node.name === 'sin' || node.name === 'cos' || node.name === 'exp') && below(node.argument);
    default:
      return false;
  }
}

/** The derivative of what {@link isAnalytic} lets through. */
function differentiate(node: Expression, variable: string, fuel: Fuel): Expression | null {
  if (!fuel.spend(8)) return null;
  if (!dependsOn(node, variable)) return makeInteger(0n);
  const below = (part: Expression): Expression | null => differentiate(part, variable, fuel);
  switch (node.kind) {
    case 'symbol':
      return makeInteger(1n);
    case 'negation': {
      const inner = below(node.operand);
      return inner && negate(inner);
    }
    case 'sum': {
      const terms = node.terms.map(below);
      return terms.every((term) => term !== null) ? makeSum(...terms) : null;
    }
    case 'product': {
      const terms = node.factors.map((factor, index) => {
        const inner = below(factor);
        return inner && makeProduct(node.factors.map((other, place) => (place === index ? inner : other)));
      });
      return terms.every((term) => term !== null) ? makeSum(...terms) : null;
    }
    case 'quotient': {
      const top = below(node.numerator);
      const bottom = below(node.denominator);
      if (top === null || bottom === null) return null;
      const { numerator, denominator } = node;
      const difference = makeSum(makeProduct([top, denominator]), negate(makeProduct([numerator, bottom])));
      return makeQuotient(difference, makePower(denominator, makeInteger(2n)));
    }
    case 'power': {
      const isExponential = node.base.kind === 'constant';
      const inner = below(isExponential ? node.exponent : node.base);
      if (inner === null || isExponential) return inner && makeProduct([node, inner]);
      const times = foldRational(node.exponent, fuel)?.numerator ?? 1n;
      // Not x^0, which is undefined at 0.
      if (times === 1n) return inner;
      return makeProduct([node.exponent, makePower(node.base, makeInteger(times - 1n)), inner]);
    }
    case 'function': {
      const inner = below(node.argument);
      if (inner === null || node.name === 'exp') return inner && makeProduct([node, inner]);
      if (node.name === 'sin') return makeProduct([{ ...node, name: 'cos' }, inner]);
      return node.name === 'cos' ? negate(makeProduct([{ ...node, name: 'sin' }, inner])) : null;
    }
    default:
      return null;
  }
}
