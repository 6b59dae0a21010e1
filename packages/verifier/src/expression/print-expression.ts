import type { Rational } from '../rational.ts';
import type { Expression } from './expression.ts';

/**
 * Prints an expression as plain LaTeX, for people and for the normalised form of a result. Reading it again gives the
 * same tree for every tree that was read; nothing is sorted or simplified, so equal expressions may print differently.
 */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'rational':
      return printRationalNumber(expression.value);
    case 'symbol':
      return expression.name;
    case 'constant':
      return expression.name === 'pi' ? '\\pi' : expression.name;
    case 'sum':
      return expression.terms.map(printTerm).join('');
    case 'product':
      return expression.factors.map(printFactor).join('\\cdot ');
    case 'quotient':
      return `\\frac{${printExpression(expression.numerator)}}{${printExpression(expression.denominator)}}`;
    case 'negation':
      return `-${printOperand(expression.operand, isFreeOfSigns(expression.operand))}`;
    case 'power':
      return `${printOperand(expression.base, isAtom(expression.base))}^{${printExpression(expression.exponent)}}`;
    case 'root':
      return `\\sqrt${expression.index === 2 ? '' : `[${expression.index}]`}{${printExpression(expression.radicand)}}`;
    case 'function':
      return printFunction(expression.name, printExpression(expression.argument));
    case 'logarithm':
      return `\\log_{${printExpression(expression.base)}}(${printExpression(expression.argument)})`;
    case 'factorial':
      return `${printOperand(expression.operand, isAtom(expression.operand))}!`;
    case 'binomial':
      return `\\binom{${printExpression(expression.top)}}{${printExpression(expression.bottom)}}`;
  }
}

function printTerm(term: Expression, index: number): string {
  if (term.kind === 'negation') return printExpression(term);
  return `${index === 0 ? '' : '+'}${printOperand(term, isFreeOfSigns(term))}`;
}

function printFactor(factor: Expression): string {
  return printOperand(factor, isFreeOfSigns(factor) && factor.kind !== 'product');
}

function printOperand(operand: Expression, isBare: boolean): string {
  return isBare ? printExpression(operand) : `(${printExpression(operand)})`;
}

/** Whether the print neither begins with a sign nor has one outside brackets. */
function isFreeOfSigns(expression: Expression): boolean {
  if (expression.kind === 'rational') return expression.value.numerator >= 0n;
  return expression.kind !== 'sum' && expression.kind !== 'negation';
}

function isAtom(expression: Expression): boolean {
  if (expression.kind === 'rational') return isWhole(expression.value);
  return expression.kind === 'symbol' || expression.kind === 'constant';
}

function isWhole({ numerator, denominator }: Rational): boolean {
  return denominator === 1n && numerator >= 0n;
}

function printFunction(name: string, argument: string): string {
  if (name === 'abs') return `|${argument}|`;
  if (name === 'floor') return `\\lfloor ${argument}\\rfloor`;
  if (name === 'ceil') return `\\lceil ${argument}\\rceil`;
  return `\\${name}(${argument})`;
}

/** `3`, `0.5`, and `2\frac{1}{3}` where no decimal ends: the three ways in which a single number is written. */
function printRationalNumber({ numerator, denominator }: Rational): string {
  if (denominator === 1n) return numerator.toString();
  if (numerator < 0n) return `-${printRationalNumber({ numerator: -numerator, denominator })}`;
  const places = countPlaces(denominator);
  if (places !== null) {
    const digits = ((numerator * 10n ** BigInt(places)) / denominator).toString().padStart(places + 1, '0');
    return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  }
  const whole = numerator / denominator;
  return `${whole === 0n ? '' : whole}\\frac{${numerator % denominator}}{${denominator}}`;
}

/** How many decimal places a fraction in lowest terms has; null where they never end. */
function countPlaces(denominator: bigint): number | null {
  let rest = denominator;
  let twos = 0;
  let fives = 0;
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  return rest === 1n ? Math.max(twos, fives) : null;
}
