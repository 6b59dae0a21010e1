import type { RoleFigures, SynthProgress, SynthStatus } from '@scalequest/synth';
import { expect, test } from 'vitest';
import { formatSynthProgress, formatSynthStatus } from './format-synth.ts';

const stages = [
  { stage: 'generate', shards: 2, rows: 200, kept: 200, dropped: {} },
  { stage: 'respond', shards: 1, rows: 100, kept: 90, dropped: { 'request-failed': 6, empty: 4 } },
];
const generators = [{ generator: 'qwen', rows: 200, accepted: 90, wanted: 1000 }];

const role: RoleFigures = {
  model: 'judge-7b',
  ...{ requests: 1200, resent: 3, inFlight: 64, failures: { retry: 2, drop: 1 } },
  endpoints: { listed: 4, available: 3 },
  ...{ answeredPerSecond: 41.2, completionTokensPerSecond: 8240, promptTokens: 90_000, completionTokens: 240_000 },
  cost: 1.25,
};

const session = {
  ...{ startedAt: '2026-01-01T00:00:00.000Z', at: '2026-01-01T00:01:00.000Z', pid: 1, host: 'one' },
  ...{ acceptedBefore: 0, accepted: 90 },
};

const status: SynthStatus = {
  ...{ folder: 'run', recipe: 'own', form: undefined, seed: 0, standing: 'running', stages, generators },
  ...{ accepted: 90, wanted: 1000, open: { respond: 1 }, acceptedPerSecond: 1.5, remainingMs: 606_000 },
  sessions: [
    { ...session, end: 'killed', models: { judge: role } },
    { ...session, end: 'running', models: { judge: role } },
  ],
};

test('a run that goes on shows the servers of each role, their rate, and what all sessions asked and cost', () => {
  const text = formatSynthStatus(status);
  expect(text).toContain('90 of 1,000 rows · 1.5/s · 10 min 06 s left');
  expect(text).toMatch(
    /^role +model +endpoints +in flight +requests\/s +tokens\/s +requests +failed +tokens in +tokens out +cost$/m,
  );
  expect(text).toMatch(/^judge +judge-7b +3 of 4 +64 +41 +8,240 +2,400 +6 +180,000 +480,000 +2\.50$/m);
  expect(text).toContain('qwen: 90 of 1,000 so far, of 200 rows');
  expect(text).toMatch(/^request-failed 6: no repeat helped/m);
});

test('a run that has ended shows no servers, and does not say that a generator without more rows goes on', () => {
  const { sessions } = status;
  const ended = { ...status, standing: 'finished' as const, sessions: sessions.slice(0, 1) };
  const text = formatSynthStatus(ended);
  expect(text).toMatch(/^role +model +requests +failed/m);
  expect(text).toContain('qwen: 90 of 1,000, and has no more, of 200 rows');
});

test('the live line names a server that is away, and what a narrow terminal cuts off is the yield of stages', () => {
  const endpoint = { isListed: true, isAvailable: true, cost: 0.5 };
  const progress = {
    ...{
      stages,
      generators,
      accepted: 90,
      wanted: 1000,
      elapsedMs: 60_000,
      acceptedPerSecond: 1.5,
      remainingMs: 606_000,
    },
    models: {
      judge: {
        ...{ requests: 1200, resent: 3, inFlight: 64, endpoints: [endpoint, { ...endpoint, isAvailable: false }] },
        total: {
          promptTokens: 90_000,
          completionTokens: 240_000,
          answeredPerSecond: 41.2,
          completionTokensPerSecond: 8240,
        },
      },
    },
  } as unknown as SynthProgress;
  expect(formatSynthProgress(progress)).toBe(
    '90/1,000 rows · 1.5/s · 10 min 06 s left · judge: 1 of 2 endpoints away · cost 1.00 · in flight 64 · ' +
      '1,200 requests, 41/s · 3 resent · 330,000 tokens, 8,240/s · respond 90.0 %',
  );
});
