import { createRequire } from 'node:module';
import type * as MathJs from 'mathjs';
import type { Expression } from '../expression/expression.ts';
import { createDraw } from './create-draw.ts';

// The bundle for browsers loads in a quarter of the time of the package's own entry.
const math: typeof MathJs = createRequire(import.meta.url)('mathjs/lib/browser/math.js');

type Complex = MathJs.Complex;
type Scope = Readonly<Record<string, unknown>>;

/** A formula of mathjs, as a function of the values of its variables. */
export interface Formula {
  readonly names: readonly string[];
  evaluate(scope: Scope): unknown;
}

/** Nested deeper than this, mathjs is slow to compile. */
const longestFormula = 2000;

/** Functions of ours that mathjs has not, or has with another meaning. Each is written down once more from its definition. */
const helpers: Scope = {
  /** The real root of a negative number for an odd index, else the principal one. */
  rootof: (value: MathJs.MathType, index: number): unknown => {
    const { re, im } = math.complex(value as number);
    if (im === 0 && re < 0 && index % 2 === 1) return -((-re) ** (1 / index));
    return math.pow(math.complex(re, im), 1 / index);
  },
  choose: (top: unknown, bottom: unknown): unknown => {
    const [n, k] = [roundToWhole(top), roundToWhole(bottom)];
    if (n === null || k === null || n < 0 || n > 300) return Number.NaN;
    return k < 0 || k > n ? 0 : math.combinations(n, k);
  },
  // A double beside a whole number may be on its other side.
  floorof: (value: unknown): unknown => (isClearOfWholes(value) ? Math.floor(value) : Number.NaN),
  ceilof: (value: unknown): unknown => (isClearOfWholes(value) ? Math.ceil(value) : Number.NaN),
  factorialof: (n: unknown): unknown => (typeof n === 'number' && n >= 0 && n < 170 ? math.factorial(n) : Number.NaN),
};

function isClearOfWholes(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value - Math.round(value)) > 1e-9 * (1 + Math.abs(value));
}

function roundToWhole(value: unknown): number | null {
  if (typeof value !== 'number' || Math.abs(value - Math.round(value)) > 1e-8) return null;
  return Math.round(value);
}

/** Factors at 1 behind the numbers and variables of a formula, which are moved a little to see how much the value depends on them. */
const shakers = ['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6'];

/** A number or variable as a formula has it: `#` stands for a factor that is 1, or nearly. */
export function printNumber(digits: string): string {
  return `(${digits}*#)`;
}

/** Compiles infix for mathjs; null where mathjs cannot read it or it has a function or a name that is not known. */
export function compileFormula(infix: string | null): Formula | null {
  if (infix === null || infix.length > longestFormula) return null;
  try {
    let count = 0;
    const node = math.parse(infix.replaceAll('#', () => `u${count++ % shakers.length}`));
    const names = new Set<string>();
    node.traverse((part, path) => {
      if (part.type === 'SymbolNode' && path !== 'fn') names.add((part as MathJs.SymbolNode).name);
    });
    const code = node.compile();
    const free = [...names].filter((name) => !['pi', 'e', 'i', ...shakers].includes(name)).sort();
    return { names: free, evaluate: (scope) => code.evaluate({ ...helpers, ...scope }) };
  } catch {
    return null;
  }
}

/** A tree of ours as infix for mathjs, every operation in brackets; null for what mathjs has not. */
export function printInfix(expression: Expression): string | null {
  const all = (parts: readonly Expression[], sign: string): string | null => {
    const texts = parts.map(printInfix);
    return texts.includes(null) ? null : `(${texts.join(sign)})`;
  };
  switch (expression.kind) {
    case 'rational': {
      const { numerator, denominator } = expression.value;
      return printNumber(denominator === 1n ? `(${numerator})` : `(${numerator}/${denominator})`);
    }
    case 'symbol':
      return printName(expression.name);
    case 'constant':
      return expression.name === 'i' ? 'i' : printNumber(expression.name);
    case 'sum':
      return all(expression.terms, '+');
    case 'product':
      return all(expression.factors, '*');
    case 'quotient':
      return all([expression.numerator, expression.denominator], '/');
    case 'power':
      return all([expression.base, expression.exponent], '^');
    case 'negation':
      return wrap('-', [expression.operand]);
    case 'factorial':
      return wrap('factorialof', [expression.operand]);
    case 'binomial':
      return wrap('choose', [expression.top, expression.bottom]);
    case 'logarithm':
      return wrap('log', [expression.argument, expression.base]);
    case 'root': {
      const radicand = printInfix(expression.radicand);
      return radicand === null ? null : `rootof(${radicand}, ${expression.index})`;
    }
    case 'function':
      return wrap(mathjsNames[expression.name] ?? expression.name, [expression.argument]);
    default:
      return null;
  }
}

function wrap(name: string, parts: readonly Expression[]): string | null {
  const texts = parts.map(printInfix);
  return texts.includes(null) ? null : `(${name}(${texts.join(', ')}))`;
}

const mathjsNames: Readonly<Record<string, string>> = {
  arcsin: 'asin',
  arccos: 'acos',
  arctan: 'atan',
  ln: 'log',
  floor: 'floorof',
  ceil: 'ceilof',
};

/** A name of ours as a name of mathjs: `x_{12}` is `x_12`. Letters that mean something to mathjs get company. */
export function printName(name: string): string {
  return printNumber(`v_${name.replaceAll(/[\\{}]/g, '').replaceAll("'", '_prime')}`);
}

/** Points with positive values alone, where people who leave out a domain agree, and then some with negative ones. */
const points = { positive: 4, mixed: 3 };

/**
 * Whether two formulas have clearly other values at one of a few positive points, the same at all points, or neither.
 *
 * The values are doubles, so that they alone prove nothing. Each side is evaluated again with its variables and its
 * numbers moved in the twelfth digit: what lies within a thousand times of what that does to it is noise, and noise is
 * `unclear`.
 */
export function compareFormulas(a: Formula, b: Formula, seed: string): 'same' | 'other' | 'unclear' {
  const names = [...new Set([...a.names, ...b.names])];
  const draw = createDraw(seed);
  let isSame = true;
  for (let i = 0; i < points.positive + points.mixed; i++) {
    const isPositive = i < points.positive;
    const scope = Object.fromEntries(names.map((name) => [name, drawValue(draw, isPositive)]));
    const valueA = measure(a, scope);
    const valueB = measure(b, scope);
    if (valueA === null || valueB === null) {
      isSame = false;
      continue;
    }
    const gap = Math.hypot(valueA.re - valueB.re, valueA.im - valueB.im);
    const size = Math.max(Math.hypot(valueA.re, valueA.im), Math.hypot(valueB.re, valueB.im));
    const noise = 1000 * (valueA.noise + valueB.noise);
    if (isPositive && gap > noise + 1e-7 * size) return 'other';
    if (gap > 1e-14 * size || noise > 1e-6 * size || size < 1e-12) isSame = false;
  }
  return isSame ? 'same' : 'unclear';
}

function drawValue(draw: () => number, isPositive: boolean): number {
  const size = 0.4 + 2.2 * draw();
  return isPositive || draw() < 0.4 ? size : -size;
}

interface Measured {
  readonly re: number;
  readonly im: number;
  readonly noise: number;
}

/** The value and how far it moves with its input; null where it is not finite, or too large or small for a double. */
function measure(formula: Formula, scope: Readonly<Record<string, number>>): Measured | null {
  const value = evaluateAt(formula, scope, 0);
  if (value === null) return null;
  let noise = 0;
  // A complex value may lie at a branch cut, which only a step to the side shows.
  const steps = value.im === 0 ? [1e-12, -1e-12] : [1e-12, -1e-12, math.complex(0, 1e-12), math.complex(0, -1e-12)];
  for (const step of steps) {
    const moved = evaluateAt(formula, scope, step);
    if (moved === null) return null;
    noise = Math.max(noise, Math.hypot(moved.re - value.re, moved.im - value.im));
  }
  return { re: value.re, im: value.im, noise };
}

function evaluateAt(formula: Formula, scope: Readonly<Record<string, number>>, step: number | Complex): Complex | null {
  const moved: Record<string, unknown> = { ...scope };
  // Each factor another way and another far, so that what cancels in the value does not cancel in its noise.
  for (const [i, name] of shakers.entries()) moved[name] = math.add(1, math.multiply(step, (-1) ** i / (1 + i / 8)));
  try {
    const value = math.complex(formula.evaluate(moved) as number);
    const size = Math.hypot(value.re, value.im);
    return Number.isFinite(size) && (size === 0 || (size > 1e-200 && size < 1e200)) ? value : null;
  } catch {
    return null;
  }
}
