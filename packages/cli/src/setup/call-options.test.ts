import { expect, test } from 'vitest';
import { chooseCalls } from './call-options.ts';
import type { ChosenModel } from './choose-model.ts';

const one: ChosenModel = { kind: 'server', name: 'm', baseUrls: ['http://a/v1'] };
const two: ChosenModel = { ...one, baseUrls: ['http://a/v1', 'http://b/v1'] };
const listed: ChosenModel = { kind: 'server', name: 'm', baseUrls: [], endpointsFile: 'endpoints.txt' };

test('limits and hedges are those of the flags, and none are set by themselves', () => {
  expect(chooseCalls({}, one)).toEqual({});
  expect(chooseCalls({ requestsPerSecond: 0.5, tokensPerMinute: 1e6 }, one)).toEqual({
    limits: { requestsPerSecond: 0.5, tokensPerMinute: 1e6 },
  });
  expect(chooseCalls({ hedge: true }, two)).toEqual({ hedge: {} });
  // Whoever lists one now may list another soon.
  expect(chooseCalls({ hedge: true }, listed)).toEqual({ hedge: {} });
});

test.each([
  ['on a model in this process', { requestsPerSecond: 5 }, { kind: 'file', path: 'a.gguf' } as const],
  ["on the project's own model", { hedge: true }, undefined],
  ['on nothing that could be seen', { live: true }, undefined],
  ['with one endpoint', { hedge: true }, one],
  ['with the same endpoint twice', { hedge: true }, { ...one, baseUrls: ['http://a/v1', 'http://a/v1/'] }],
  ['where a bound is to be kept', { hedge: true, maxCost: 5 }, two],
  ['where tokens are counted', { hedge: true, maxTotalTokens: 5 }, two],
])('what could not act, or would spend unseen, is refused: %s', (_, flags, model) => {
  expect(() => chooseCalls(flags, model)).toThrow(expect.objectContaining({ code: 'BAD_OPTION', kind: 'request' }));
});
