import { afterEach, describe, expect, test } from 'vitest';
import { profiles } from '../profiles/profiles.ts';
import { reward, rewardReply } from '../reward.ts';
import { createVerifierPool } from './create-verifier-pool.ts';
import type { ProfileItem, VerifierPool, VerifierPoolOptions } from './types.ts';

const workerFile = new URL('./__fixtures__/looping-worker.mjs', import.meta.url).href;
const lastWordWorker = new URL('./__fixtures__/profile-worker.mjs', import.meta.url).href;

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
  expect(await verifier.verify({ profile, reference: '2', candidate: '2.0' })).toMatchObject({ verdict: 'different' });
});

describe('a reply that names a profile', () => {
  const openLastWord = (): VerifierPool => open({ workers: 1, budgetMs: 600, workerFile: lastWordWorker });
  const name = (reply: string, changes: Partial<ProfileItem> = {}) => ({
    profile: 'last-word',
    reference: '7',
    reply,
    ...changes,
  });

  test('has what the profile took and the rule that found it, or neither and is different', async () => {
    const verifier = openLastWord();
    const seen = await Promise.all(['It is 7', 'It is 8', '  '].map((reply) => verifier.verify(name(reply))));
    const found = { extractionRule: 'last-word', ms: expect.any(Number) };
    expect(seen).toEqual([
      { verdict: 'equal', answer: '7', ...found },
      { verdict: 'different', answer: '8', ...found },
      { verdict: 'different', ms: expect.any(Number) },
    ]);
  });

  test('is equal where another reference is, and the tolerance reaches the profile', async () => {
    const verifier = openLastWord();
    const items = [
      name('8', { otherReferences: ['9', '8'] }),
      name('7.05', { tolerance: '1e-1' }),
      name('7.05'),
      name('8'),
    ];
    const seen = await Promise.all(items.map((item) => verifier.verify(item)));
    expect(seen.map(({ verdict }) => verdict)).toEqual(['equal', 'equal', 'different', 'different']);
  });

  test('is over budget where the profile hangs, and costs its neighbours nothing', async () => {
    const verifier = openLastWord();
    const seen = await Promise.all(['7', 'LOOP', '8', '7'].map((reply) => verifier.verify(name(reply))));
    expect(seen.map(({ verdict }) => verdict)).toEqual(['equal', 'undecided', 'different', 'equal']);
    expect(seen[1]).toEqual({ verdict: 'undecided', reason: 'over-budget', ms: 600 });
  });

  test('is undecided where the profile throws or nobody knows it', async () => {
    const verifier = openLastWord();
    const items = [name('THROW'), name('7', { profile: 'nobody' }), name('7')];
    const seen = await Promise.all(items.map((item) => verifier.verify(item)));
    expect(seen.map(({ verdict, reason }) => reason ?? verdict)).toEqual(['profile-failed', 'profile-failed', 'equal']);
  });
});

test('every profile that ships is known to the worker of this package', async () => {
  const verifier = open();
  const item = { reference: '2', reply: 'The answer is $\\boxed{2}$.' };
  for (const profile of profiles.keys()) {
    const { reason } = await verifier.verify({ ...item, profile });
    expect(`${profile}: ${reason}`).toBe(`${profile}: undefined`);
  }
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
  const verifier = open({ workerFile, budgetMs: 600, rewards: true });
  expect(await verifier.verify({ reference: '1', candidate: 'LOOP' })).toMatchObject({
    verdict: 'undecided',
    reward: 0,
  });
  expect(await verifier.verify({ profile: 'dart', reference: '1', reply: '\\boxed{1}' })).toMatchObject({ reward: 1 });
  await verifier.close();
  expect(await open().verify({ reference: '1', candidate: '1' })).not.toHaveProperty('reward');
});
