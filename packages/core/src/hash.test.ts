import { expect, test } from 'vitest';
import { canonicalJson, digest, sha256Hex } from './hash.ts';

test('the SHA-256 of "abc" is the one of FIPS 180-2, appendix B.1', () => {
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('the order of keys does not change the text, the order of a list does', () => {
  expect(canonicalJson({ b: [2, 1], a: { d: null, c: 'x' } })).toBe('{"a":{"c":"x","d":null},"b":[2,1]}');
  expect(digest({ a: 1, b: 2 })).toBe(digest({ b: 2, a: 1 }));
  expect(digest([1, 2])).not.toBe(digest([2, 1]));
});

test('a key without a value is as if it were not there', () => {
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
});

test('what JSON would change silently is refused', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 1, new Date(), 1n, new Map()]) {
    expect(() => canonicalJson({ value: [value] })).toThrow(expect.objectContaining({ code: 'NOT_CANONICAL' }));
  }
});
