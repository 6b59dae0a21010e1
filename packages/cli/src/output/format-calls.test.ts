import { expect, test } from 'vitest';
import { formatCalls } from './format-calls.ts';

const none = { retry: 0, shrink: 0, drop: 0, fatal: 0 };
const calm = { requests: 100, resent: 0, failures: none, failureCodes: {}, endpoints: [] };
const counts = { answered: 50, samples: 50, promptTokens: 1, completionTokens: 1 };

test('nothing is said where nothing went wrong', () => {
  expect(formatCalls({ calls: null, setAside: {} })).toBe('');
  expect(formatCalls({ calls: calm, setAside: {} })).toBe('');
});

test('each class and each code has its count, and so has each reason to set a sample aside', () => {
  const endpoints = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name, i) => ({
    endpoint: `http://${name}/v1`,
    requests: 60,
    failures: { ...none, retry: i },
    ...counts,
  }));
  const calls = {
    requests: 1420,
    resent: 40,
    failures: { retry: 21, shrink: 30, drop: 3, fatal: 0 },
    failureCodes: { RATE_LIMITED: 30, SERVER_FAILED: 21, BAD_REQUEST: 3 },
    hedges: { sent: 12, won: 5, uncountedTokensAtMost: 6144 },
    endpoints,
  };
  expect(formatCalls({ calls, setAside: { BAD_REQUEST: 2, CONTEXT_TOO_LONG: 1 } })).toBe(
    [
      'calls: 1,420 requests, 40 of them sent again',
      'failed calls: shrink 30, retry 21, drop 3 (RATE_LIMITED 30, SERVER_FAILED 21, BAD_REQUEST 3)',
      'hedges: 12 sent, 5 came first; what was given up may have taken 6,144 tokens at most, which no server counted',
      'set aside: 3 samples (BAD_REQUEST 2, CONTEXT_TOO_LONG 1); each with its reason in journal.jsonl',
      'endpoint     requests  answered  failed',
      'http://g/v1        60        50       6',
      'http://f/v1        60        50       5',
      'http://e/v1        60        50       4',
      'http://d/v1        60        50       3',
      'http://c/v1        60        50       2',
      'and 1 endpoint with fewer',
    ].join('\n'),
  );
});
