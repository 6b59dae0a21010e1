import { afterAll, beforeAll, expect, test } from 'vitest';
import { profiles } from '../profiles/profiles.ts';
import { createProfilePool, type ProfilePool } from './create-profile-pool.ts';
import type { ProfileItem } from './profile-messages.ts';

const workerFile = new URL('./__fixtures__/profile-worker.mjs', import.meta.url).href;
let pool: ProfilePool;
beforeAll(() => {
  pool = createProfilePool({ workers: 1, budgetMs: 200, workerFile });
});
afterAll(() => pool.close());

function ask(reply: string, changes: Partial<ProfileItem> = {}) {
  return pool.grade({ profile: 'last-word', reference: '7', reply, ...changes });
}

test('a reply is judged by the profile that is named, with what it took and the rule that found it', async () => {
  expect(await ask('It is 7')).toMatchObject({ verdict: 'equal', answer: '7', extractionRule: 'last-word' });
  expect(await ask('It is 8')).toMatchObject({ verdict: 'different', answer: '8' });
});

test('a reply without an answer has none, and is different', async () => {
  const result = await ask('  ');
  expect(result).toMatchObject({ verdict: 'different' });
  expect(result.answer).toBeUndefined();
});

test('equal to another reference is equal, and the tolerance reaches the profile', async () => {
  expect(await ask('8', { otherReferences: ['9', '8'] })).toMatchObject({ verdict: 'equal' });
  expect(await ask('7.05', { tolerance: '1e-1' })).toMatchObject({ verdict: 'equal' });
  expect(await ask('7.05')).toMatchObject({ verdict: 'different' });
});

test('a profile that hangs is killed and costs its neighbours nothing', async () => {
  const replies = ['7', 'LOOP', '8', '7'];
  const results = await Promise.all(replies.map((reply) => ask(reply)));
  expect(results.map(({ verdict }) => verdict)).toEqual(['equal', 'undecided', 'different', 'equal']);
  expect(results[1]).toEqual({ verdict: 'undecided', reason: 'over-budget', ms: 200 });
});

test('a profile that throws, or that nobody knows, leaves the reply undecided', async () => {
  const results = await Promise.all([ask('THROW'), ask('7', { profile: 'nobody' }), ask('7')]);
  expect(results.map(({ verdict, reason }) => reason ?? verdict)).toEqual([
    'profile-failed',
    'profile-failed',
    'equal',
  ]);
});

test('every profile that ships is known to the worker of this package', async () => {
  await using own = createProfilePool({ workers: 1 });
  for (const name of profiles.keys()) {
    const { reason } = await own.grade({ profile: name, reference: '2', reply: 'The answer is $\\boxed{2}$.' });
    expect(`${name}: ${reason}`).toBe(`${name}: undefined`);
  }
});
