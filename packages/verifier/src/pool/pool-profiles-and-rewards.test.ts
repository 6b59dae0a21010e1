import { afterEach, expect, test } from 'vitest';
import { reward, rewardReply } from '../reward.ts';
import { createProfilePool } from './create-profile-pool.ts';
import { createVerifierPool } from './create-verifier-pool.ts';
import type { VerifierPool, VerifierPoolOptions } from './types.ts';

const workerFile = new URL('./__fixtures__/looping-worker.mjs', import.meta.url).href;

let pool: VerifierPool | undefined;

function open(options: VerifierPoolOptions = {}): VerifierPool {
  pool = createVerifierPool({ cas: false, ...options });
  return pool;
}

afterEach(async () => {
  await pool?.close();
  pool = undefined;
});

test('items that name a profile and items that do not share a stream', async () => {
  const items = [
    { reference: '10', reply: 'It is \\boxed{10.0}' },
    { reference: '10', reply: 'It is \\boxed{10.0}', profile: 'hendrycks' },
    { reference: '\\frac12', reply: 'The answer is $50$.', profile: 'dart' },
    { reference: '\\frac12', candidate: '50' },
  ];
  const results = [];
  for await (const result of open().verifyMany(items)) results.push(result);
  expect(results.map(({ verdict }) => verdict)).toEqual(['equal', 'different', 'equal', 'different']);
  expect(results[2]).toMatchObject({ answer: '50', extractionRule: expect.any(String), ms: expect.any(Number) });
});

test('a profile judges an answer that is found already, as it judges it in a reply', async () => {
  const verifier = open();
  const profile = 'hendrycks';
  const judged = await verifier.verify({ profile, reference: '\\frac{1}{2}', candidate: '\\frac12' });
  expect(judged).toMatchObject({ verdict: 'equal', answer: '\\frac12' });
  expect(judged).not.toHaveProperty('extractionRule');
  await using profiles = createProfilePool({ workers: 1 });
  expect(await profiles.grade({ profile, reference: '2', candidate: '2.0' })).toMatchObject({ verdict: 'different' });
});

test('a profile item that a worker does not come back from has the shape of a profile result', async () => {
  const verifier = open({ workerFile, budgetMs: 100, rewards: true });
  const item = { profile: 'dart', reference: '1', candidate: 'LOOP' };
  expect(await verifier.verify(item)).toEqual({ verdict: 'undecided', reason: 'over-budget', reward: 0, ms: 100 });
});

test('a pool that pays gives the rewards of the library', async () => {
  const verifier = open({ preset: 'strict', rewards: true });
  const pairs = [
    { reference: '\\frac12', candidate: '0.5' },
    { reference: '\\frac12', candidate: '0.6' },
    { reference: '\\frac12', candidate: '\\frac{{{' },
    { reference: '\\begin{', candidate: '1' },
    { reference: '', candidate: '1' },
    { reference: '7', candidate: 'n'.repeat(100_000) },
  ];
  const paid = await Promise.all(pairs.map((pair) => verifier.verify(pair)));
  expect(paid.map((result) => result.reward)).toEqual(pairs.map((pair) => reward(pair)));
  expect(new Set(paid.map((result) => result.reward))).toEqual(new Set([1, 0, null]));
  const replies = ['\\boxed{7}', 'I do not know.', '\\boxed{8}'].map((reply) => ({ reference: '7', reply }));
  const earned = await Promise.all(replies.map((item) => verifier.verify(item)));
  expect(earned.map((result) => result.reward)).toEqual(replies.map((item) => rewardReply(item)));
});

test('what has to be stopped pays nothing, and without being asked a pool does not pay', async () => {
  const verifier = open({ workerFile, budgetMs: 100, rewards: true });
  expect(await verifier.verify({ reference: '1', candidate: 'LOOP' })).toMatchObject({
    verdict: 'undecided',
    reward: 0,
  });
  expect(await verifier.verify({ profile: 'dart', reference: '1', reply: '\\boxed{1}' })).toMatchObject({ reward: 1 });
  await verifier.close();
  expect(await open().verify({ reference: '1', candidate: '1' })).not.toHaveProperty('reward');
});
