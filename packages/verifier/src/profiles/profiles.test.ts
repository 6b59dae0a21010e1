import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCases } from '../__fixtures__/read-cases.ts';
import { findProfile, profiles } from './profiles.ts';

/** What the system itself said, run by `benchmarks/profile-parity.mjs`. */
interface RecordedCase {
  readonly kind: 'pair' | 'reply';
  readonly reference: string;
  readonly candidate: string;
  readonly reply: string;
  readonly problem?: string;
  /** Of a pair: the verdict of the system. */
  readonly equal: boolean;
  /** Of a reply: the answer that the system takes from it; null where it finds none. */
  readonly answer: string | null;
  /** What the profile says, where that is known to differ. */
  readonly ours?: boolean | string | null;
}

describe.each([...profiles.keys()])('the profile %s', (name) => {
  const profile = findProfile(name);
  if (profile === undefined) throw new Error(name);
  const rows = readCases<RecordedCase>(`profiles/${name}.jsonl`);

  test('gives the verdicts that its system gave', () => {
    const pairs = rows.filter(({ kind }) => kind === 'pair');
    expect(pairs.length).toBeGreaterThan(400);
    for (const row of pairs) {
      expect(profile.isEqual(row), JSON.stringify(row)).toBe(row.ours ?? row.equal);
    }
    expect(pairs.filter(({ ours }) => ours !== undefined).length / pairs.length).toBeLessThan(0.03);
  }, 60_000);

  test('takes the answers that its system took', () => {
    const replies = rows.filter(({ kind }) => kind === 'reply');
    expect(replies.length).toBeGreaterThan(40);
    for (const row of replies) {
      const expected = row.ours === undefined ? row.answer : row.ours;
      // An empty answer is none.
      expect(profile.extract(row)?.answer ?? '', JSON.stringify(row)).toBe(expected ?? '');
    }
    expect(replies.filter(({ ours }) => ours !== undefined).length).toBeLessThanOrEqual(1);
  });

  test('takes bounded work on hostile texts and never throws', () => {
    const hostile = [
      ...['{', '(', '[', '$', '\\', '|', '-', '9', 'f(', '\\frac{', '\\sqrt{', 'a^{', '1,', '\\{', 'x or ', '\\pm'],
      ...['\\left(', '#### ', 'is the ans', '\\boxed{', '\\text{', '.', '0', ' ', '\n', '=', '^', '\\(', 'sin', '|x'],
    ].map((piece) => piece.repeat(1000));
    for (const text of [...hostile, '', '\0', '\ud800', '\\'.repeat(5000), '(1,2'.repeat(300), '9'.repeat(100_000)]) {
      // Of this process alone: a busy machine changes nothing.
      const started = process.cpuUsage();
      profile.extract({ reply: text, problem: 'Find the set of all, separated by commas.' });
      for (const reference of ['1', '\\frac{1}{2}', text, `${text}1`]) {
        profile.isEqual({ reference, candidate: text, problem: 'Find the set of all, separated by commas.' });
      }
      const { user, system } = process.cpuUsage(started);
      expect((user + system) / 1e6, JSON.stringify(text.slice(0, 40))).toBeLessThan(3);
    }
  }, 120_000);
});

test('a profile is found by its name, and every name has recorded cases', () => {
  expect(findProfile('nobody')).toBeUndefined();
  for (const [name, profile] of profiles) {
    expect(profile.name).toBe(name);
    expect(existsSync(new URL(`../../cases/profiles/${name}.jsonl`, import.meta.url))).toBe(true);
  }
});
