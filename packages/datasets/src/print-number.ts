/**
 * A number in plain decimal digits, as many as it takes to read the same double back and no more: `-9867630`, `0.5`,
 * `0.0000003509`. No exponent, which a reader may take for a variable.
 *
 * @example
 * printNumber(3.509e-7); // '0.0000003509'
 */
export function printNumber(value: number): string {
  const [mantissa = '', exponent] = String(value).split('e');
  if (exponent === undefined) return mantissa;
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
