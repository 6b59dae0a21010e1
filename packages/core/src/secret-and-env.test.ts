import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { readEnvironment } from './env.ts';
import { Secret } from './secret.ts';

test('a secret cannot be printed by accident', () => {
  const secret = new Secret('sk-very-secret');
  const printed = [`${secret}`, JSON.stringify({ secret }), inspect({ secret }, { depth: 9, showHidden: true })];
  for (const text of printed) expect(text).not.toContain('sk-very-secret');
  expect(secret.reveal()).toBe('sk-very-secret');
});

test('a secret is taken out of texts in which a server repeats it', () => {
  expect(new Secret('sk-1234').redact('bad key sk-1234, really sk-1234')).toBe('bad key [secret], really [secret]');
});

test('our own names win over those of others, and empty values count as absent', () => {
  const environment = readEnvironment({
    SCALEQUEST_API_KEY: ' ',
    OPENAI_API_KEY: 'sk-other',
    SCALEQUEST_BASE_URL: 'http://a/v1, http://b/v1',
    OPENAI_BASE_URL: 'http://c/v1',
    XDG_CACHE_HOME: '/cache',
    HF_ENDPOINT: 'http://mirror/',
  });
  expect(environment.apiKey?.reveal()).toBe('sk-other');
  expect(environment.baseUrls).toEqual(['http://a/v1', 'http://b/v1']);
  expect(environment.cacheDir).toBe('/cache/scalequest');
  expect(environment.hubEndpoint).toBe('http://mirror');
  expect(environment.model).toBeUndefined();
});
