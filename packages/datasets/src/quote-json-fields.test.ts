import { expect, test } from 'vitest';
import { quoteJsonFields } from './quote-json-fields.ts';

const read = (text: string): unknown => JSON.parse(quoteJsonFields(text, ['input']));

test('what JavaScript would change arrives as it was written', () => {
  expect(read('{"id": 1, "input": [1.0, 12345678901234567890, NaN, -Infinity, 1e-7], "atol": 0}')).toEqual({
    id: 1,
    input: '[1.0,12345678901234567890,NaN,-Infinity,1e-7]',
    atol: 0,
  });
});

test.each([
  ['text', '{"input":"a \\" , } b","x":1}', '"a \\" , } b"'],
  ['an object', '{"input": {"a": [1, {"b": "]}"}]} ,"x":1}', '{"a":[1,{"b":"]}"}]}'],
  ['a number at the end', '{"x":1,"input": 1.0 }', '1.0'],
])('the value may be %s', (_, text, input) => {
  expect(read(text)).toEqual({ x: 1, input });
});

test('spaces inside of strings stay, those between values go', () => {
  expect(read('{"input": [ "a  b\\\\" , " c" ]}')).toEqual({ input: '["a  b\\\\"," c"]' });
});

test('the same name further inside is another field, and so is a value that reads like it', () => {
  const text = '{"a":{"input":1.0},"b":"input","c":["input"]}';
  expect(quoteJsonFields(text, ['input'])).toBe(text);
});

test.each(['', '{"input', '{"input":', '{"input": [1', 'nonsense'])('%j is left to the parser', (text) => {
  expect(() => read(text)).toThrow();
});
