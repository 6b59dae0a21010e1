import { expect, test } from 'vitest';
import {
  difference,
  divideByTen,
  divideWithRemainder,
  power,
  product,
  quotient,
  reduceFraction,
  simplifyRoot,
  splitSquare,
  squareRoot,
  sum,
} from './steps.ts';

test('a sum adds from left to right', () => {
  expect(sum(3, 4)).toBe('3+4=7');
  expect(sum(3, 4, -5)).toBe('3+4+(-5)=7+(-5)=2');
  expect(sum(-3, 5)).toBe('-3+5=2');
});

test('a difference keeps a negative number apart', () => {
  expect(difference(4, 9)).toBe('4-9=-5');
  expect(difference(4, -9)).toBe('4-(-9)=13');
});

test('a product beyond twelve times twelve goes by tens and ones', () => {
  expect(product(12, 11)).toBe('12\\cdot11=132');
  expect(product(86, 7)).toBe('86\\cdot7=560+42=602');
  expect(product(24, 13)).toBe('24\\cdot13=240+72=312');
  expect(product(-4, 13)).toBe('-4\\cdot13=-(40+12)=-52');
  expect(product(-4, -13)).toBe('-4\\cdot(-13)=40+12=52');
  expect(product(20, 9)).toBe('20\\cdot9=180');
  expect(product(1, 15)).toBe('1\\cdot15=15');
});

test('a quotient has no remainder', () => {
  expect(quotient(42, 6)).toBe('42/6=7');
  expect(quotient(42, -6)).toBe('42/(-6)=-7');
  expect(() => quotient(43, 6)).toThrow('not a multiple');
});

test('a division by ten moves the point', () => {
  expect(divideByTen(315)).toBe('315/10=31.5');
  expect(divideByTen(320)).toBe('320/10=32');
});

test('powers and roots', () => {
  expect(power(-3, 2)).toBe('(-3)^2=9');
  expect(squareRoot(49)).toBe('\\sqrt{49}=7');
  expect(simplifyRoot(12)).toBe('\\sqrt{12}=\\sqrt{4\\cdot3}=2\\sqrt{3}');
  expect(simplifyRoot(15)).toBe('\\sqrt{15}');
  expect(simplifyRoot(36)).toBe('\\sqrt{36}=6');
  expect(splitSquare(72)).toEqual({ factor: 6, radicand: 2 });
});

test('a fraction is reduced by its greatest common divisor', () => {
  expect(reduceFraction(6, 8)).toBe('\\frac{6}{8}=\\frac{2\\cdot3}{2\\cdot4}=\\frac{3}{4}');
  expect(reduceFraction(-6, 8)).toBe('-\\frac{6}{8}=-\\frac{2\\cdot3}{2\\cdot4}=-\\frac{3}{4}');
  expect(reduceFraction(12, 4)).toBe('\\frac{12}{4}=3');
  expect(reduceFraction(3, 4)).toBe('\\frac{3}{4}');
});

test('a division shows its remainder', () => {
  expect(divideWithRemainder(47, 5)).toBe('47=5\\cdot9+2');
});

test('a number that is not trained is refused', () => {
  expect(() => sum(300, 200)).toThrow('outside of what is trained');
  expect(() => product(99, 99)).toThrow('outside of what is trained');
});
