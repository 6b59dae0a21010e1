import { createSampleTable } from '@scalequest/runs';
import { expect, test } from 'vitest';
import { sumCalls } from './calls.ts';
import { createSetAside } from './set-aside.ts';

const failures = { retry: 1, shrink: 2, drop: 0, fatal: 0 };
const endpoint = {
  endpoint: 'http://a/v1',
  requests: 10,
  answered: 7,
  samples: 7,
  promptTokens: 70,
  completionTokens: 700,
  failures,
};
const session = {
  requests: 10,
  resent: 3,
  failures,
  failureCodes: { RATE_LIMITED: 2, TIMED_OUT: 1 },
  hedges: { sent: 2, won: 1, uncountedTokensAtMost: 40 },
  endpoints: [endpoint],
};

test('the sessions of a run add up, each endpoint by itself; what is none is passed over', () => {
  const other = { ...endpoint, endpoint: 'http://b/v1' };
  const { hedges: _, ...plain } = { ...session, failureCodes: { RATE_LIMITED: 5 }, endpoints: [endpoint, other] };
  expect(sumCalls([undefined, session, { requests: 'many' }, plain])).toEqual({
    requests: 20,
    resent: 6,
    failures: { retry: 2, shrink: 4, drop: 0, fatal: 0 },
    failureCodes: { RATE_LIMITED: 7, TIMED_OUT: 1 },
    hedges: session.hedges,
    endpoints: [
      {
        endpoint: 'http://a/v1',
        requests: 20,
        answered: 14,
        samples: 14,
        promptTokens: 140,
        completionTokens: 1400,
        failures: { retry: 2, shrink: 4, drop: 0, fatal: 0 },
      },
      other,
    ],
  });
  expect(sumCalls([])).toMatchObject({ requests: 0, failures: { retry: 0 }, endpoints: [] });
});

test('a sample is set aside for the reason of its last record, and for none where it was answered after all', () => {
  const samples = createSampleTable({ ids: Array.from({ length: 300 }, (_, i) => `p${i}`), epochs: 1 });
  const setAside = createSetAside(samples.size);
  for (const sample of [0, 1, 2]) samples.setState(sample, 'failed');
  setAside.set(0, 'TIMED_OUT');
  setAside.set(0, 'CONTEXT_TOO_LONG');
  setAside.set(1, 'CONTEXT_TOO_LONG');
  setAside.set(2, 'BAD_REQUEST');
  setAside.set(2, undefined);
  // It waits to be asked again.
  setAside.set(3, 'BAD_REQUEST');
  expect(setAside.count(samples)).toEqual({ CONTEXT_TOO_LONG: 2 });

  // However many codes a journal holds, a byte has room for them.
  const many = createSetAside(samples.size);
  for (let sample = 0; sample < samples.size; sample++) {
    samples.setState(sample, 'failed');
    many.set(sample, `CODE_${sample}`);
  }
  const counts = many.count(samples);
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(300);
  expect(counts).toMatchObject({ CODE_0: 1, OTHER: 51 });
});
