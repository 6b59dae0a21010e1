import type { Expression, FunctionName } from './expression.ts';
import {
  imaginaryConstant,
  makeInteger,
  makePower,
  makeProduct,
  makeQuotient,
  makeSum,
  negate,
} from './expression-parts.ts';
import type { FunctionWord } from './scan-names.ts';

const one = makeInteger(1n);
const two = makeInteger(2n);

function call(name: FunctionName, argument: Expression): Expression {
  return { kind: 'function', name, argument };
}

function squareRoot(radicand: Expression): Expression {
  return { kind: 'root', index: 2, radicand };
}

/** Functions that are written in terms of others, so that every law of those holds for them too. */
const definitions: Readonly<Record<string, (x: Expression) => Expression>> = {
  sech: (x) => makeQuotient(one, call('cosh', x)),
  csch: (x) => makeQuotient(one, call('sinh', x)),
  coth: (x) => makeQuotient(one, call('tanh', x)),
  arsinh: (x) => call('ln', makeSum(x, squareRoot(makeSum(makePower(x, two), one)))),
  arcosh: (x) => call('ln', makeSum(x, squareRoot(makeSum(makePower(x, two), negate(one))))),
  artanh: (x) =>
    makeProduct([makeQuotient(one, two), call('ln', makeQuotient(makeSum(one, x), makeSum(one, negate(x))))]),
  arcsec: (x) => call('arccos', makeQuotient(one, x)),
  arccsc: (x) => call('arcsin', makeQuotient(one, x)),
  cis: (x) => makeSum(call('cos', x), makeProduct([imaginaryConstant, call('sin', x)])),
  lg: (x) => ({ kind: 'logarithm', base: makeInteger(10n), argument: x }),
};

/** Words whose function has no tree of its own: what is known of them is in `apply-known.ts`, or nothing. */
const applied: ReadonlySet<string> = new Set([
  ...['gcd', 'lcm', 'max', 'min', 'sgn', 'arccot', 'arg', 'Re', 'Im', 'det', 'tr', 'erf', 'dim', 'rank'],
]);

export function isApplied(word: string): boolean {
  return applied.has(word);
}

/** The function of this name at this argument; a logarithm without a base has the base that nobody wrote. */
export function makeCall(word: FunctionWord, argument: Expression, base: Expression | null): Expression {
  if (word === 'log') return { kind: 'logarithm', base: base ?? { kind: 'constant', name: 'log-base' }, argument };
  const definition = definitions[word];
  if (definition !== undefined) return definition(argument);
  return isApplied(word)
    ? { kind: 'application', name: word, arguments: [argument] }
    : call(word as FunctionName, argument);
}
