/** The greatest common divisor of two numbers that are not negative. */
export function getGcd(a: number, b: number): number {
  return b === 0 ? a : getGcd(b, a % b);
}
