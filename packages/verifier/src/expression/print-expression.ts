import type { Rational } from '../rational.ts';
import type { ApplicationExpression, BoundExpression, Expression } from './expression.ts';
import { isApplied } from './make-call.ts';
import { listSymbols, replaceSymbols } from './symbols.ts';

/** More repeating digits are not printed. */
const longestPeriod = 400;

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
      return `\\log${isUnknownBase(expression.base) ? '' : `_{${printExpression(expression.base)}}`}(${printExpression(expression.argument)})`;
    case 'factorial':
      return `${printOperand(expression.operand, isAtom(expression.operand))}!`;
    case 'binomial':
      return `\\binom{${printExpression(expression.top)}}{${printExpression(expression.bottom)}}`;
    case 'application':
      return printApplication(expression);
    case 'bound':
      return printBound(expression);
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
  return expression.kind !== 'sum' && expression.kind !== 'negation' && expression.kind !== 'bound';
}

function isAtom(expression: Expression): boolean {
  if (expression.kind === 'rational') return isWhole(expression.value);
  return expression.kind === 'symbol' || expression.kind === 'constant';
}

function isWhole({ numerator, denominator }: Rational): boolean {
  return denominator === 1n && numerator >= 0n;
}

function isUnknownBase(base: Expression): boolean {
  return base.kind === 'constant' && base.name === 'log-base';
}

function printApplication({ name, arguments: parts }: ApplicationExpression): string {
  const inside = parts.map(printExpression).join(',');
  if (name === 'double-factorial') return `(${inside})!!`;
  if (name === 'mod') return `(${parts.map((part) => `(${printExpression(part)})`).join('\\bmod ')})`;
  if (name === 'norm') return `\\|${inside}\\|`;
  if (name === 'overline') return `\\overline{${inside}}`;
  if (name.endsWith('_')) return `${name}{${inside}}`;
  if (parts.length === 0) return name;
  return `${isApplied(name) ? `\\operatorname{${name}}` : name}(${inside})`;
}

/** The body with a letter for the bound variable: the first that is free. */
export function nameBound({ variable, parts }: BoundExpression): {
  readonly letter: string;
  readonly body: Expression;
} {
  const body = parts[0] as Expression;
  const taken = new Set(listSymbols(body));
  const letters = [...'kjlmpqrstuvwxyz'].filter((letter) => !taken.has(letter));
  const letter = letters[Number(variable.slice(variable.lastIndexOf('_') + 1)) - 1] ?? variable;
  return { letter, body: replaceSymbols(body, new Map([[variable, { kind: 'symbol', name: letter }]])) };
}

function printBound(expression: BoundExpression): string {
  const { operator } = expression;
  const ends = expression.parts.slice(1);
  const { letter, body } = nameBound(expression);
  const printed = printExpression(body);
  const [low = '', high = ''] = ends.map(printExpression);
  if (operator === 'int') return `\\int${ends.length === 0 ? '' : `_{${low}}^{${high}}`}(${printed})d${letter}`;
  if (operator === 'sum' || operator === 'prod') return `\\${operator}_{${letter}=${low}}^{${high}}(${printed})`;
  const side = operator === 'lim' ? '' : `^{${operator.at(-1)}}`;
  return `\\lim_{${letter}\\to ${low}${side}}(${printed})`;
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
  return (
    (whole === 0n ? printRepeating(numerator, denominator) : null) ??
    `${whole === 0n ? '' : whole}\\frac{${numerator % denominator}}{${denominator}}`
  );
}

/** `0.1\overline{6}`; null where more digits repeat than anybody writes. */
function printRepeating(numerator: bigint, denominator: bigint): string | null {
  let plain = 0;
  let rest = denominator;
  for (const factor of [10n, 5n, 2n]) for (; rest % factor === 0n; rest /= factor) plain++;
  let period = 1;
  for (let power = 10n % rest; power !== 1n; power = (power * 10n) % rest) if (++period > longestPeriod) return null;
  const digits = ((numerator * 10n ** BigInt(plain + period)) / denominator).toString().padStart(plain + period, '0');
  return `0.${digits.slice(0, plain)}\\overline{${digits.slice(plain)}}`;
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
