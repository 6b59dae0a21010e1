import { divideWithRemainder, power, product, sum } from '../../steps.ts';

/** The digits of a number in a base of at most 9: `73` in base 5 is `243`. */
export function toDigits(value: number, base: number): string {
  return value.toString(base);
}

/** `$5^2=25$. $2\cdot25=40+10=50$. $4\cdot5=20$. $50+20+3=70+3=73$.` for three digits. */
export function writeFromBase(digits: string, base: number): string {
  const [a = 0, b = 0, c = 0] = [...digits].map(Number);
  const square = base * base;
  return `$${power(base, 2)}$. $${product(a, square)}$. $${product(b, base)}$. $${sum(a * square, b * base, c)}$.`;
}

/** The divisions by the base down to 0, whose remainders are the digits from the last to the first. */
export function writeToBase(value: number, base: number): string {
  const step = `$${divideWithRemainder(value, base)}$.`;
  return value < base ? step : `${step} ${writeToBase(Math.floor(value / base), base)}`;
}

/** The value of `243_5`; undefined where it is no numeral of that base. */
export function readNumeral(text: string, base: number): number | undefined {
  const digits = new RegExp(`^([0-${base - 1}]+)_${base}$`).exec(text)?.[1];
  if (digits === undefined) return undefined;
  let value = 0;
  for (const digit of digits) {
    let shifted = 0;
    for (let i = 0; i < base; i++) shifted += value;
    value = shifted + Number(digit);
  }
  return value;
}
