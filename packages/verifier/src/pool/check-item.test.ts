import { expect, test } from 'vitest';
import { checkItem, countCharacters } from './check-item.ts';

test.each([
  [null, 'it is null, and no object'],
  ['7', 'it is of the type string, and no object'],
  [[], "'reference' is missing, and no text"],
  [{ candidate: '1' }, "'reference' is missing, and no text"],
  [{ reference: 7, candidate: '1' }, "'reference' is 7, and no text"],
  [{ reference: '7' }, "it has neither 'candidate' nor 'reply'"],
  [{ reference: '7', candidate: null }, "'candidate' is null, and no text"],
  [{ reference: '7', reply: ['7'] }, "'reply' is of the type array, and no text"],
  [{ reference: '7', reply: '7', mode: 'guess' }, "'mode' is 'guess'; known are reply, answer"],
  [{ reference: '7', candidate: '7', problem: 1 }, "'problem' is 1, and no text"],
  [{ reference: '7', candidate: '7', options: 1 }, "'options' is 1, and no object"],
  [{ reference: '7', candidate: '7', profile: {} }, "'profile' is of the type object, and no text"],
  [{ reference: '7', candidate: '7', profile: 'dart', otherReferences: [1] }, "'otherReferences' is 1, and no text"],
])('%o is no item', (item, why) => {
  expect(() => checkItem(item)).toThrow(
    expect.objectContaining({ code: 'BAD_ITEM', kind: 'request', message: expect.stringContaining(why) }),
  );
});

test('an option that cannot be sent to a worker is refused, and one that means nothing is a wrong option', () => {
  const pair = { reference: '7', candidate: '7' };
  const policies = { 'percent-sign': () => true };
  expect(() => checkItem({ ...pair, options: { policies } })).toThrow(expect.objectContaining({ code: 'BAD_ITEM' }));
  expect(() => checkItem({ ...pair, options: { fuel: -1 } })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
});

test('an item whose fields cannot be read is refused with the reason', () => {
  const item = {
    get reference() {
      throw new Error('not now');
    },
  };
  expect(() => checkItem(item)).toThrow(
    expect.objectContaining({ code: 'BAD_ITEM', cause: expect.objectContaining({ message: 'not now' }) }),
  );
});

test('a worker is sent what it reads and nothing else', () => {
  const rest = { row: 12, check: () => true, candidate: undefined };
  const pair = { reference: '7', reply: 'It is 7.', mode: 'reply', problem: '3 + 4', options: { fuel: 1000 } };
  expect(checkItem({ ...pair, ...rest })).toEqual(pair);
});

test('every text of an item counts for the size of its message', () => {
  expect(countCharacters({ reference: '12', candidate: '3' })).toBe(3);
  const reply = { reference: '12', reply: '345', problem: '6789', profile: 'dart', otherReferences: ['1', '23'] };
  expect(countCharacters(reply)).toBe(12);
});
