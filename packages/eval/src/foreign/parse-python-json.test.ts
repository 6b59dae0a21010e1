import { expect, test } from 'vitest';
import { parsePythonJson } from './parse-python-json.ts';

test('bare words of Python are null, and the same words in strings stay', () => {
  const text = String.raw`{"a":NaN,"b":[-Infinity,Infinity,1],"NaN":"NaN","c":"\"NaN\\","d":"\\\" Infinity","e":NaN}`;
  expect(parsePythonJson(text)).toEqual({
    a: null,
    b: [null, null, 1],
    NaN: 'NaN',
    c: '"NaN\\',
    d: '\\" Infinity',
    e: null,
  });
});

test('a string of some million characters beside a bare NaN is read', () => {
  const long = 'x\n'.repeat(5_000_000);
  expect(parsePythonJson(`{"long":${JSON.stringify(long)},"score":NaN}`)).toEqual({ long, score: null });
});

test.each(['{"a":NaN', '{"a":NaN,"b":"', 'NaNa', '{"a":None}'])(
  'what is no JSON of Python either is an error: %s',
  (text) => {
    expect(() => parsePythonJson(text)).toThrow(SyntaxError);
  },
);
