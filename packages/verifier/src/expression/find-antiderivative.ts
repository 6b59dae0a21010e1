import type { Fuel } from '../fuel.ts';
import type { Expression } from './expression.ts';
import { makeInteger, makePower, makeProduct, makeQuotient, makeSum, makeSymbol, negate } from './expression-parts.ts';
import { foldRational } from './fold-rational.ts';
import { listChildren } from './list-children.ts';

/** Powers of sums are multiplied out up to this exponent, and products to this many terms. */
const largestExponent = 12n;
const mostTerms = 60;

export interface IntegralRange {
  readonly fuel: Fuel;
  /** Both ends are positive numbers. */
  readonly arePositive: boolean;
  /** Zero does not lie between the ends, nor at one. */
  readonly isZeroOutside: boolean;
}

/**
 * A function whose derivative is the body, continuous between the ends: sums of powers of the variable, exponentials,
 * sines and cosines of linear terms. Null where none is found by these.
 */
export function findAntiderivative(body: Expression, variable: string, range: IntegralRange): Expression | null {
  const terms = listTerms(body, variable, range.fuel);
  if (terms === null) return null;
  const found: Expression[] = [];
  for (const { factor, core } of terms) {
    const primitive = integrateCore(core, variable, range);
    if (primitive === null) return null;
    found.push(makeProduct([...factor, primitive]));
  }
  return found.length === 0 ? makeInteger(0n) : makeSum(...found);
}

/** A factor without the variable, and the parts that have it. */
interface Term {
  readonly factor: readonly Expression[];
  readonly core: readonly Expression[];
}

export function dependsOn(node: Expression, variable: string): boolean {
  if (node.kind === 'symbol') return node.name === variable;
  return listChildren(node).some((part) => dependsOn(part, variable));
}

/** Multiplies out. */
function listTerms(node: Expression, variable: string, fuel: Fuel): readonly Term[] | null {
  if (!fuel.spend(4)) return null;
  if (!dependsOn(node, variable)) return [{ factor: [node], core: [] }];
  switch (node.kind) {
    case 'sum': {
      const all = node.terms.map((term) => listTerms(term, variable, fuel));
      return all.every((terms) => terms !== null) ? all.flat() : null;
    }
    case 'negation': {
      const minus: Term = { factor: [makeInteger(-1n)], core: [] };
      return multiplyTerms([minus], listTerms(node.operand, variable, fuel));
    }
    case 'product':
      return node.factors.reduce<readonly Term[] | null>(
        (terms, factor) => multiplyTerms(terms, listTerms(factor, variable, fuel)),
        [{ factor: [], core: [] }],
      );
    case 'quotient': {
      const one = makeInteger(1n);
      const bottom: Term = dependsOn(node.denominator, variable)
        ? { factor: [], core: [makePower(node.denominator, makeInteger(-1n))] }
        : { factor: [makeQuotient(one, node.denominator)], core: [] };
      return multiplyTerms(listTerms(node.numerator, variable, fuel), [bottom]);
    }
    case 'power': {
      const times = foldRational(node.exponent, fuel);
      const isRepeated = times?.denominator === 1n && times.numerator > 1n && times.numerator <= largestExponent;
      if (!isRepeated || (node.base.kind !== 'sum' && node.base.kind !== 'product')) break;
      const base = listTerms(node.base, variable, fuel);
      return Array.from({ length: Number(times.numerator) }).reduce<readonly Term[] | null>(
        (terms) => multiplyTerms(terms, base),
        [{ factor: [], core: [] }],
      );
    }
  }
  return [{ factor: [], core: [node] }];
}

function multiplyTerms(a: readonly Term[] | null, b: readonly Term[] | null): readonly Term[] | null {
  if (a === null || b === null || a.length * b.length > mostTerms) return null;
  return a.flatMap((left) =>
    b.map((right) => ({ factor: [...left.factor, ...right.factor], core: [...left.core, ...right.core] })),
  );
}

/** The antiderivative of a product of parts that all depend on the variable. */
function integrateCore(core: readonly Expression[], variable: string, range: IntegralRange): Expression | null {
  const x = makeSymbol(variable);
  let exponent: Expression = makeInteger(0n);
  let isPower = true;
  for (const part of core) {
    const power = readPower(part, variable, range.fuel);
    if (power === null) isPower = false;
    else exponent = makeSum(exponent, power);
  }
  if (!isPower) return core.length === 1 ? integrateFunction(core[0] as Expression, variable, range) : null;
  const value = foldRational(exponent, range.fuel);
  if (value === null) return null;
  const isAllowed =
    value.denominator === 1n ? value.numerator >= 0n || range.isZeroOutside : range.arePositive || value.numerator > 0n;
  if (!isAllowed) return null;
  if (value.numerator === -1n && value.denominator === 1n) {
    return { kind: 'function', name: 'ln', argument: { kind: 'function', name: 'abs', argument: x } };
  }
  const next = foldRational(makeSum(exponent, makeInteger(1n)), range.fuel);
  if (next === null) return null;
  const power: Expression = { kind: 'rational', value: next };
  return makeQuotient(makePower(x, power), power);
}

/** The rational r of x^r, as powers, roots and their inverses write it. */
function readPower(node: Expression, variable: string, fuel: Fuel): Expression | null {
  if (node.kind === 'symbol') return makeInteger(1n);
  if (node.kind === 'root') {
    const inner = readPower(node.radicand, variable, fuel);
    return inner && makeQuotient(inner, makeInteger(BigInt(node.index)));
  }
  if (node.kind !== 'power') return null;
  const inner = readPower(node.base, variable, fuel);
  const exponent = foldRational(node.exponent, fuel);
  return inner && exponent && makeProduct([inner, { kind: 'rational', value: exponent }]);
}

/** e^{mx+c}, sin(mx+c) and cos(mx+c), by m. */
function integrateFunction(node: Expression, variable: string, { fuel }: IntegralRange): Expression | null {
  const isExponential = node.kind === 'power' && node.base.kind === 'constant' && node.base.name === 'e';
  const argument = isExponential ? node.exponent : node.kind === 'function' ? node.argument : null;
  if (argument === null) return null;
  const slope = findSlope(argument, variable, fuel);
  if (slope === null) return null;
  if (isExponential) return makeQuotient(node, slope);
  if (node.kind !== 'function') return null;
  if (node.name === 'exp') return makeQuotient(node, slope);
  if (node.name === 'cos') return makeQuotient({ ...node, name: 'sin' }, slope);
  return node.name === 'sin' ? makeQuotient(negate({ ...node, name: 'cos' }), slope) : null;
}

/** The rational number m, not zero, of mx + c. */
function findSlope(argument: Expression, variable: string, fuel: Fuel): Expression | null {
  const terms = listTerms(argument, variable, fuel);
  const linear = terms?.filter(({ core }) => core.length > 0);
  if (linear === undefined || linear.some(({ core }) => core.length > 1 || core[0]?.kind !== 'symbol')) return null;
  const slope = foldRational(
    makeSum(makeInteger(0n), ...linear.map(({ factor }) => makeProduct([makeInteger(1n), ...factor]))),
    fuel,
  );
  return slope === null || slope.numerator === 0n ? null : { kind: 'rational', value: slope };
}
