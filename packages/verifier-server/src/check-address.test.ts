import { expect, test } from 'vitest';
import { checkAddress, isLoopback } from './check-address.ts';

test('only addresses of this machine count as loopback, whatever they look like', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) expect(isLoopback(host)).toBe(true);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.org', '127.example', 'example.org', ''])
    expect(isLoopback(host)).toBe(false);
});

test('an address that others reach needs a token or a word that it is meant, and an empty one is none', () => {
  const shut = { host: '0.0.0.0', hasToken: false, allowPublic: false };
  expect(() => checkAddress(shut)).toThrow(expect.objectContaining({ code: 'PUBLIC_WITHOUT_TOKEN', kind: 'request' }));
  expect(() => checkAddress({ ...shut, hasToken: true, host: '' })).toThrow(
    expect.objectContaining({ code: 'BAD_OPTION' }),
  );
  expect(() => checkAddress({ ...shut, hasToken: true })).not.toThrow();
  expect(() => checkAddress({ ...shut, allowPublic: true })).not.toThrow();
  expect(() => checkAddress({ ...shut, host: '127.0.0.1' })).not.toThrow();
});
