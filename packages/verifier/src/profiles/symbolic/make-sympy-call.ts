import type { Expression } from '../../expression/expression.ts';
import { isInteger, makeInteger, makePower } from '../../expression/expression-parts.ts';
import { foldRational } from '../../expression/fold-rational.ts';
import { makeCall } from '../../expression/make-call.ts';
import type { FunctionWord } from '../../expression/scan-names.ts';
import { Fuel } from '../../fuel.ts';

const trigonometric = ['sin', 'cos', 'tan', 'csc', 'sec', 'cot', 'sinh', 'cosh', 'tanh'];
const inverse = ['arcsin', 'arccos', 'arctan', 'arccsc', 'arcsec', 'arccot', 'arsinh', 'arcosh', 'artanh'];

/** The commands that SymPy's grammar knows as functions. */
export const sympyFunctions: ReadonlySet<string> = new Set(
  [...trigonometric, ...inverse, 'exp', 'log', 'lg', 'ln', 'sqrt', 'overline', 'lfloor', 'lceil'].map(
    (name) => `\\${name}`,
  ),
);

export interface SympyScripts {
  readonly base?: Expression;
  readonly power?: Expression;
}

/** A function of SymPy's grammar at an argument: `\log` is natural, and `\sin^{-1}` is the inverse. */
export function makeSympyCall(name: string, argument: Expression, { base, power }: SympyScripts): Expression {
  const isInverse = power !== undefined && trigonometric.includes(name) && isMinusOne(power);
  const value = isInverse ? makeNamed(invert(name), argument) : makeNamed(name, argument, base);
  return power === undefined || isInverse ? value : makePower(value, power);
}

function makeNamed(name: string, argument: Expression, base?: Expression): Expression {
  if (name === 'ln' || name === 'log' || name === 'lg') {
    if (base !== undefined) return { kind: 'logarithm', base, argument };
    return name === 'lg'
      ? { kind: 'logarithm', base: makeInteger(10n), argument }
      : { kind: 'function', name: 'ln', argument };
  }
  return makeCall(name as FunctionWord, argument, null);
}

function invert(name: string): string {
  return name.endsWith('h') ? `ar${name}` : `arc${name}`;
}

function isMinusOne(power: Expression): boolean {
  const value = foldRational(power, new Fuel(100));
  return value !== null && isInteger({ kind: 'rational', value }, -1n);
}
