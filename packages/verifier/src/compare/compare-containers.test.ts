import { expect, test } from 'vitest';
import { verifyAnswer } from '../verify-answer.ts';

test('being the same under a leniency is not transitive, and the pairs are found all the same', () => {
  const pair = { reference: '5, 5\\text{ cm}, 7', candidate: '7, 5, 5\\text{ cm}' };
  expect(verifyAnswer(pair)).toMatchObject({ verdict: 'equal', policies: ['order-free'] });
});

test('ninety elements are paired off with little work, in any order', () => {
  const items = Array.from({ length: 90 }, (_, i) => `${i + 1}\\frac{${i + 1}}{${i + 2}}`);
  const turned = [...items].reverse().join(', ');
  const equal = verifyAnswer({ reference: items.join(', '), candidate: turned });
  expect(equal).toMatchObject({ verdict: 'equal', policies: ['order-free'] });
  expect(equal.fuel).toBeLessThan(100_000);
  const other = verifyAnswer({ reference: [...items.slice(1), '1/7'].join(', '), candidate: turned });
  expect(other.verdict).toBe('different');
  expect(other.fuel).toBeLessThan(100_000);
});

test('signs that may be chosen apart leave it open whether they belong together', () => {
  const reference = '\\pm\\sqrt2\\pm\\sqrt3';
  const all = '\\sqrt2+\\sqrt3, \\sqrt2-\\sqrt3, -\\sqrt2+\\sqrt3, -\\sqrt2-\\sqrt3';
  expect(verifyAnswer({ reference, candidate: all })).toMatchObject({ verdict: 'undecided', reason: 'ambiguous' });
  expect(verifyAnswer({ reference, candidate: '\\sqrt2+\\sqrt3, -\\sqrt2-\\sqrt3' }).verdict).toBe('equal');
  expect(verifyAnswer({ reference, candidate: '\\sqrt2+\\sqrt3' }).verdict).toBe('different');
});

test('an ellipsis is written out only where its rule is clear', () => {
  const expand = (reference: string) => verifyAnswer({ reference, candidate: 'x' }).normalized.reference;
  expect(expand('\\{1,2,\\ldots,6\\}')).toBe('{1, 2, 3, 4, 5, 6}');
  expect(expand('1, 3, 9, \\ldots, 81')).toBe('1, 3, 9, 27, 81');
  // Even numbers, or powers of two.
  expect(expand('\\{2,4,\\ldots,64\\}')).toBe('\\{2,4,\\ldots,64\\}');
  expect(expand('\\{1,2,\\ldots,9999\\}')).toBe('\\{1,2,\\ldots,9999\\}');
});
