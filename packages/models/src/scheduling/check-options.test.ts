import { expect, test } from 'vitest';
import { createVirtualRunner } from '../__fixtures__/virtual-runner.ts';
import { createOpenAiClient } from '../openai/create-openai-client.ts';
import { type BudgetLimits, createBudget } from './budget.ts';
import { type Attempt, createRequestRunner } from './request-runner.ts';

test.each<[string, BudgetLimits]>([
  ['limits.requestsPerSecond', { requestsPerSecond: 0 }],
  ['limits.requestsPerSecond', { requestsPerSecond: -1 }],
  ['limits.requestsPerSecond', { requestsPerSecond: Infinity }],
  ['limits.tokensPerMinute', { tokensPerMinute: Number.NaN }],
  ['limits.tokensPerMinute', { tokensPerMinute: '5' as unknown as number }],
  ['limits.maxInFlight', { maxInFlight: 0 }],
  ['limits.maxInFlight', { maxInFlight: Number.NaN }],
  ['limits.maxCost', { maxCost: -1 }],
  ['limits.maxCost', { maxCost: Number.NaN }],
])('a budget refuses a wrong %s: %j', (option, limits) => {
  const wrong = expect.objectContaining({
    code: 'INVALID_OPTION',
    kind: 'request',
    fields: expect.objectContaining({ option }),
  });
  expect(() => createBudget(limits)).toThrow(wrong);
  expect(() => createBudget({}).change(limits)).toThrow(wrong);
  const endpoints = [{ baseUrl: 'http://127.0.0.1:9/v1', limits, prices: { prompt: 0, completion: 0 } }];
  expect(() => createOpenAiClient({ model: 'm', endpoints })).toThrow(wrong);
});

test('a budget of nothing lets through what costs nothing, and one of ever so many in flight all', () => {
  const budget = createBudget({ maxCost: 0, maxInFlight: Infinity });
  const demand = { expectedTokens: 10, most: { promptTokens: 5, completionTokens: 5 } };
  expect(budget.getReadyAt(0, demand, undefined)).toBe(0);
  expect(budget.getReadyAt(0, demand, { prompt: 1, completion: 1 })).toBeUndefined();
});

test.each([
  [{ shares: { answers: 0 } }, 'shares.answers'],
  [{ shares: { answers: Number.NaN } }, 'shares.answers'],
  [{ shares: { answers: -2 } }, 'shares.answers'],
  [{ prices: { prompt: -1, completion: 1 } }, 'prices.prompt'],
  [{ prices: { prompt: 1, completion: Number.NaN } }, 'prices.completion'],
  [{ hedge: { mostShare: Number.NaN } }, 'hedge.mostShare'],
  [{ hedge: { afterPercentile: 95 } }, 'hedge.afterPercentile'],
  [{ hedge: { leastMs: -1 } }, 'hedge.leastMs'],
])('a client refuses %j and names %s', (options, option) => {
  const baseUrls = ['http://127.0.0.1:9/v1'];
  expect(() => createOpenAiClient({ model: 'm', baseUrls, ...options })).toThrow(`Option '${option}'`);
});

test('a limit of cost is refused where prices are not known: it would never be reached', () => {
  const baseUrls = ['http://127.0.0.1:9/v1'];
  const budget = createBudget({ maxCost: 5 });
  expect(() => createOpenAiClient({ model: 'm', baseUrls, budget })).toThrow(/maxCost/);
  expect(() =>
    createOpenAiClient({ model: 'm', baseUrls, budget, prices: { prompt: 1, completion: 2 } }),
  ).not.toThrow();
  const endpoints = [{ baseUrl: 'http://127.0.0.1:9/v1', limits: { maxCost: 5 } }];
  expect(() => createOpenAiClient({ model: 'm', endpoints })).toThrow(/prices/);
});

test.each([
  { priority: Number.NaN, expectedTokens: 1, completionTokens: 1 },
  { priority: 0, expectedTokens: Number.NaN, completionTokens: 1 },
  { priority: 0, expectedTokens: 1, completionTokens: Infinity },
])('a request whose figures are none is refused before it waits: %j', async ({ priority, ...figures }) => {
  const { clock, runner } = createVirtualRunner(createRequestRunner);
  const attempt: Attempt<string> = async () => ({ ok: true, value: '' });
  const demand = {
    expectedTokens: figures.expectedTokens,
    most: { promptTokens: 0, completionTokens: figures.completionTokens },
  };
  const call = runner.run(attempt, { turn: { stage: '', priority, demand } });
  await expect(clock.runUntil(call)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
});
