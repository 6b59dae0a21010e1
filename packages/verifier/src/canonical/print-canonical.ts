import type { Expression } from '../expression/expression.ts';
import { foldRational } from '../expression/fold-rational.ts';
import type { Fuel } from '../fuel.ts';
import {
  addRationals,
  divideRationals,
  makeRational,
  multiplyRationals,
  negateRational,
  printRational,
  type Rational,
} from '../rational.ts';

/** Sums with more terms, and powers above this, have no canonical form. */
const mostTerms = 200;
const highestPower = 32n;
/** Radicands are factored by trial division, which is short up to here. */
const largestRadicand = 10n ** 10n;
const deepest = 60;

const zero: Rational = { numerator: 0n, denominator: 1n };
const one: Rational = { numerator: 1n, denominator: 1n };
const half: Rational = { numerator: 1n, denominator: 2n };

/**
 * A product of generators. A prime carries a fractional exponent from 0 up to 1 and i at most 1, so that radicals and
 * the imaginary unit have one form: products of radicals of primes are independent over the rational numbers
 * (Besicovitch 1940). Every other generator stands for itself: a variable, pi, e, or a function of canonical arguments.
 */
interface Term {
  readonly coefficient: Rational;
  readonly powers: ReadonlyMap<string, Rational>;
}

/** A sum of terms by the text of their powers. No coefficient is zero. */
type Sum = ReadonlyMap<string, Term>;

/** A quotient; its denominator is 1 wherever it can be divided out. */
interface Fraction {
  readonly top: Sum;
  readonly bottom: Sum;
}

/** The canonical text of a scalar, or null where it has none within the bounds. Equal texts are equal functions. */
export function printCanonical(expression: Expression, fuel: Fuel): string | null {
  const fraction = new Canonizer(fuel).read(expression, 0);
  return fraction && printFraction(fraction);
}

/** The canonical text of `left = right`, the same for every multiple of it by a number. Null where it has none. */
export function printCanonicalEquation(left: Expression, right: Expression, fuel: Fuel): string | null {
  const difference: Expression = { kind: 'sum', terms: [left, { kind: 'negation', operand: right }] };
  const fraction = new Canonizer(fuel).read(difference, 0);
  if (fraction === null || fraction.top.size === 0 || !isOne(fraction.bottom)) return null;
  const { coefficient } = leadingTerm(fraction.top);
  return printSum(scaleSum(fraction.top, divideRationals(one, coefficient)));
}

class Canonizer {
  readonly #fuel: Fuel;

  constructor(fuel: Fuel) {
    this.#fuel = fuel;
  }

  read(expression: Expression, depth: number): Fraction | null {
    if (depth > deepest || !this.#fuel.spend(10)) return null;
    const value = foldRational(expression, this.#fuel);
    if (value !== null) return constant(value);
    const inner = (part: Expression): Fraction | null => this.read(part, depth + 1);
    switch (expression.kind) {
      case 'rational':
        return constant(expression.value);
      case 'symbol':
        return generator(JSON.stringify(expression.name));
      case 'constant':
        return generator(expression.name);
      case 'negation': {
        const operand = inner(expression.operand);
        return operand && { ...operand, top: scaleSum(operand.top, negateRational(one)) };
      }
      case 'sum':
        return this.#fold(expression.terms.map(inner), (a, b) => this.#add(a, b));
      case 'product':
        return this.#fold(expression.factors.map(inner), (a, b) => this.#multiply(a, b));
      case 'quotient': {
        const top = inner(expression.numerator);
        const bottom = top && inner(expression.denominator);
        return top && bottom && this.#divide(top, bottom);
      }
      case 'power':
        return this.#raise(expression.base, expression.exponent, inner);
      case 'root':
        return this.#root(expression.radicand, makeRational(1n, BigInt(expression.index)), inner);
      case 'function':
        if (expression.name === 'exp') return this.#raise({ kind: 'constant', name: 'e' }, expression.argument, inner);
        return this.#atom(expression.name, [inner(expression.argument)]);
      case 'logarithm':
        return this.#atom('log', [inner(expression.base), inner(expression.argument)]);
      case 'factorial':
        return this.#atom('!', [inner(expression.operand)]);
      case 'binomial':
        return this.#atom('binom', [inner(expression.top), inner(expression.bottom)]);
      case 'application':
        return this.#atom(`call ${expression.name}`, expression.arguments.map(inner));
      case 'bound':
        return this.#atom(`${expression.operator} ${expression.variable}`, expression.parts.map(inner));
    }
  }

  #fold(parts: readonly (Fraction | null)[], join: (a: Fraction, b: Fraction) => Fraction | null): Fraction | null {
    return parts.reduce((joined, part) => joined && part && join(joined, part)) ?? null;
  }

  /** Something that is only known by its name and its arguments. */
  #atom(name: string, parts: readonly (Fraction | null)[]): Fraction | null {
    if (parts.some((part) => part === null)) return null;
    return generator(`${name}(${(parts as readonly Fraction[]).map(printFraction).join(';')})`);
  }

  #raise(base: Expression, exponent: Expression, inner: (part: Expression) => Fraction | null): Fraction | null {
    const value = foldRational(exponent, this.#fuel);
    if (value?.denominator === 1n) {
      const power = value.numerator < 0n ? -value.numerator : value.numerator;
      const foot = inner(base);
      if (foot === null || power > highestPower || (power === 0n && foot.top.size === 0)) return null;
      let raised: Fraction | null = constant(one);
      for (let i = 0n; i < power && raised !== null; i++) raised = this.#multiply(raised, foot);
      return raised && (value.numerator < 0n ? this.#divide(constant(one), raised) : raised);
    }
    const known = foldRational(base, this.#fuel);
    // (-8)^{1/3} has two readings; a power of a positive number has one.
    if (value !== null && known !== null && known.numerator > 0n) return radical(known, value, this.#fuel);
    return this.#atom('^', [inner(base), inner(exponent)]);
  }

  #root(radicand: Expression, exponent: Rational, inner: (part: Expression) => Fraction | null): Fraction | null {
    const known = foldRational(radicand, this.#fuel);
    if (known === null || known.numerator === 0n) return this.#atom(`root${exponent.denominator}`, [inner(radicand)]);
    if (known.numerator > 0n) return radical(known, exponent, this.#fuel);
    const positive = radical(negateRational(known), exponent, this.#fuel);
    if (positive === null) return null;
    if (exponent.denominator % 2n === 1n) return this.#multiply(constant(negateRational(one)), positive);
    return exponent.denominator === 2n ? this.#multiply(generator('i'), positive) : null;
  }

  #add(a: Fraction, b: Fraction): Fraction | null {
    if (printSum(a.bottom) === printSum(b.bottom)) return this.#reduce(this.#addSums(a.top, b.top), a.bottom);
    const left = this.#multiplySums(a.top, b.bottom);
    const right = left && this.#multiplySums(b.top, a.bottom);
    return this.#reduce(left && right && this.#addSums(left, right), this.#multiplySums(a.bottom, b.bottom));
  }

  #multiply(a: Fraction, b: Fraction): Fraction | null {
    return this.#reduce(this.#multiplySums(a.top, b.top), this.#multiplySums(a.bottom, b.bottom));
  }

  #divide(a: Fraction, b: Fraction): Fraction | null {
    return this.#multiply(a, { top: b.bottom, bottom: b.top });
  }

  /** Frees the denominator of radicals and i, and divides both by its leading term. */
  #reduce(top: Sum | null, bottom: Sum | null): Fraction | null {
    if (top === null || bottom === null || bottom.size === 0) return null;
    if (top.size === 0) return constant(zero);
    let [upper, lower]: [Sum | null, Sum | null] = [top, bottom];
    for (let round = 0; round < 6 && lower !== null && lower.size > 1; round++) {
      const name = findQuadratic(lower);
      if (name === undefined) break;
      const conjugate: Sum = mapTerms(lower, (term) => (term.powers.has(name) ? negateTerm(term) : term));
      upper = upper && this.#multiplySums(upper, conjugate);
      lower = this.#multiplySums(lower, conjugate);
    }
    if (upper === null || lower === null || lower.size === 0) return null;
    const inverse = invertTerm(leadingTerm(lower));
    const factor: Sum = new Map([[printPowers(inverse.powers), inverse]]);
    const [over, under] = [this.#multiplySums(upper, factor), this.#multiplySums(lower, factor)];
    return over && under && { top: over, bottom: under };
  }

  #addSums(a: Sum, b: Sum): Sum | null {
    const sum = new Map(a);
    for (const [key, term] of b) addTerm(sum, key, term);
    return sum.size > mostTerms || !this.#fuel.spend(a.size + b.size) ? null : sum;
  }

  #multiplySums(a: Sum, b: Sum): Sum | null {
    if (a.size * b.size > mostTerms * 20 || !this.#fuel.spend(10 * a.size * b.size)) return null;
    const product = new Map<string, Term>();
    for (const left of a.values()) {
      for (const right of b.values()) {
        const term = multiplyTerms(left, right);
        addTerm(product, printPowers(term.powers), term);
      }
    }
    return product.size > mostTerms ? null : product;
  }
}

function constant(value: Rational): Fraction {
  const coefficient = makeRational(value.numerator, value.denominator);
  const top: Sum = coefficient.numerator === 0n ? new Map() : new Map([['', { coefficient, powers: new Map() }]]);
  return { top, bottom: unit };
}

const unit: Sum = new Map([['', { coefficient: one, powers: new Map() }]]);

function generator(name: string): Fraction {
  const powers = new Map([[name, one]]);
  return { top: new Map([[printPowers(powers), { coefficient: one, powers }]]), bottom: unit };
}

/** A positive rational number to a rational power, by its prime factors. */
function radical(base: Rational, exponent: Rational, fuel: Fuel): Fraction | null {
  const over = factor(base.numerator, fuel);
  const under = over && factor(base.denominator, fuel);
  if (over === null || under === null) return null;
  let term: Term = { coefficient: one, powers: new Map() };
  for (const [factors, sign] of [
    [over, 1n],
    [under, -1n],
  ] as const) {
    for (const [prime, count] of factors) {
      const power = multiplyRationals(exponent, makeRational(sign * count, 1n));
      // A power this high is a number that nobody writes out.
      if (power.numerator > 4000n * power.denominator || power.numerator < -4000n * power.denominator) return null;
      term = multiplyTerms(term, { coefficient: one, powers: new Map([[`${prime}`, power]]) });
    }
  }
  return { top: new Map([[printPowers(term.powers), term]]), bottom: unit };
}

function factor(n: bigint, fuel: Fuel): ReadonlyMap<bigint, bigint> | null {
  if (n > largestRadicand) return null;
  const factors = new Map<bigint, bigint>();
  let rest = Number(n);
  let steps = 0;
  for (let prime = 2; prime * prime <= rest; prime += prime === 2 ? 1 : 2) {
    steps++;
    while (rest % prime === 0) {
      factors.set(BigInt(prime), (factors.get(BigInt(prime)) ?? 0n) + 1n);
      rest /= prime;
    }
  }
  if (rest > 1) factors.set(BigInt(rest), (factors.get(BigInt(rest)) ?? 0n) + 1n);
  return fuel.spend(steps) ? factors : null;
}

function isPrimeName(name: string): boolean {
  return name.charCodeAt(0) >= 48 && name.charCodeAt(0) <= 57;
}

function multiplyTerms(a: Term, b: Term): Term {
  let coefficient = multiplyRationals(a.coefficient, b.coefficient);
  const powers = new Map(a.powers);
  for (const [name, power] of b.powers) {
    const sum = addRationals(powers.get(name) ?? zero, power);
    // What an exponent of a prime or of i holds in whole numbers belongs to the coefficient.
    const period = isPrimeName(name) ? 1n : name === 'i' ? 2n : 0n;
    const whole = period === 0n ? 0n : floorDivide(sum.numerator, sum.denominator * period);
    if (whole !== 0n)
      coefficient = multiplyRationals(coefficient, name === 'i' ? signOf(whole) : raisePrime(name, whole));
    const rest = addRationals(sum, makeRational(-whole * period, 1n));
    if (rest.numerator === 0n) powers.delete(name);
    else powers.set(name, rest);
  }
  return { coefficient, powers };
}

function signOf(whole: bigint): Rational {
  return whole % 2n === 0n ? one : negateRational(one);
}

function raisePrime(name: string, whole: bigint): Rational {
  const value = BigInt(name) ** (whole < 0n ? -whole : whole);
  return whole < 0n ? { numerator: 1n, denominator: value } : { numerator: value, denominator: 1n };
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function addTerm(sum: Map<string, Term>, key: string, term: Term): void {
  const known = sum.get(key);
  const coefficient = known === undefined ? term.coefficient : addRationals(known.coefficient, term.coefficient);
  if (coefficient.numerator === 0n) sum.delete(key);
  else sum.set(key, { ...term, coefficient });
}

function negateTerm(term: Term): Term {
  return { ...term, coefficient: negateRational(term.coefficient) };
}

function invertTerm({ coefficient, powers }: Term): Term {
  const inverse = [...powers].map(([name, power]): [string, Rational] => [name, negateRational(power)]);
  return multiplyTerms(
    { coefficient: divideRationals(one, coefficient), powers: new Map() },
    { coefficient: one, powers: new Map(inverse) },
  );
}

function mapTerms(sum: Sum, change: (term: Term) => Term): Sum {
  return new Map([...sum].map(([key, term]) => [key, change(term)]));
}

function scaleSum(sum: Sum, by: Rational): Sum {
  return mapTerms(sum, (term) => ({ ...term, coefficient: multiplyRationals(term.coefficient, by) }));
}

/** A generator whose square is known: i, or a square root of a prime. */
function findQuadratic(sum: Sum): string | undefined {
  for (const { powers } of sum.values()) {
    for (const [name, power] of powers) {
      const isHalf = power.numerator === half.numerator && power.denominator === half.denominator;
      if (name === 'i' || (isPrimeName(name) && isHalf && hasOnlyHalves(sum, name))) return name;
    }
  }
  return undefined;
}

function hasOnlyHalves(sum: Sum, name: string): boolean {
  return [...sum.values()].every(({ powers }) => (powers.get(name)?.denominator ?? 2n) === 2n);
}

function leadingTerm(sum: Sum): Term {
  return sum.get([...sum.keys()].sort().at(-1) as string) as Term;
}

function isOne(sum: Sum): boolean {
  return printSum(sum) === '1';
}

function printPowers(powers: ReadonlyMap<string, Rational>): string {
  return [...powers]
    .map(([name, power]) => `${name}^${printRational(power)}`)
    .sort()
    .join('*');
}

function printSum(sum: Sum): string {
  if (sum.size === 0) return '0';
  const keys = [...sum.keys()].sort();
  return keys
    .map((key) => {
      const coefficient = printRational((sum.get(key) as Term).coefficient);
      return key === '' ? coefficient : `${coefficient}*${key}`;
    })
    .join('+');
}

function printFraction({ top, bottom }: Fraction): string {
  return isOne(bottom) ? printSum(top) : `(${printSum(top)})/(${printSum(bottom)})`;
}
