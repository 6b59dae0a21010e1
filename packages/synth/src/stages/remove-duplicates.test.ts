import { readFileSync } from 'node:fs';
import { createRandom } from '@scalequest/core';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { editNumber, flipQuestion, readQuestions, wordEdits } from '../__fixtures__/edit-questions.ts';
import { judgeInOrder, makeShard } from '../__fixtures__/judge-questions.ts';
import type { Decision } from '../engine/stage.ts';
import { compareQuestions, hashFrame, splitTokens } from '../text/compare-questions.ts';
import { DuplicateSearch } from '../text/duplicate-search.ts';
import { makeFingerprints } from '../text/make-fingerprints.ts';
import { normaliseText } from '../text/normalise-text.ts';
import { TextStore } from '../text/text-store.ts';
import { type RemoveDuplicatesOptions, removeDuplicates } from './remove-duplicates.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;
const why = dataDir === undefined ? ' (skipped: SCALEQUEST_DATA_DIR names no data folder)' : '';

async function judge(
  questions: readonly string[],
  options?: RemoveDuplicatesOptions,
): Promise<readonly Decision<object>[]> {
  using folder = makeTemporaryFolder();
  const { decisions } = await judgeInOrder(removeDuplicates(options), [makeShard(questions)], { scratch: folder.path });
  return decisions.flat();
}

function reasonOf(decision: Decision<object> | undefined): string {
  return decision !== undefined && 'drop' in decision ? decision.drop : 'kept';
}

/** Each pair by itself. */
async function findCopies(pairs: readonly (readonly [string, string])[]): Promise<readonly boolean[]> {
  using folder = makeTemporaryFolder();
  const store = new TextStore(folder.path);
  const copies: boolean[] = [];
  for (const pair of pairs) {
    const search = new DuplicateSearch(store, { similarity: 0.6, perTemplate: 1 });
    const [, second] = await search.judge(makeFingerprints(pair, { maskNumbers: true }), () => undefined);
    copies.push(second !== undefined);
  }
  store.close();
  return copies;
}

test('pairs of look-alikes, written by hand, are told apart, both ways round', () => {
  const path = new URL('../../cases/look-alike-questions.jsonl', import.meta.url);
  const pairs = readFileSync(path, 'utf8').trim().split('\n');
  const tokens = (text: string): readonly string[] => splitTokens(normaliseText(text).text);
  for (const line of pairs) {
    const { a, b, resemblance } = JSON.parse(line) as Record<'a' | 'b' | 'resemblance', string>;
    expect(compareQuestions(tokens(a), tokens(b)).resemblance, line).toBe(resemblance);
    expect(compareQuestions(tokens(b), tokens(a)).resemblance, line).toBe(resemblance);
  }
});

test('the earliest of equal texts stays, and a drop names it', async () => {
  const decisions = await judge([
    'How many primes are below 50?',
    'HOW MANY  primes\nare below 50',
    'How many cubes are there between 3 and 80?',
    'How many primes are below 90?',
    'How many primes lie below 50?',
  ]);
  expect(decisions).toEqual([
    { keep: {} },
    { drop: 'exact-duplicate', because: { of: 'test/0' } },
    { keep: {} },
    { drop: 'near-duplicate', because: { of: 'test/0', similarity: expect.any(Number) } },
    { drop: 'near-duplicate', because: { of: 'test/0', similarity: expect.any(Number) } },
  ]);
});

test('a variable of another name is one edit, in however many places it stands', async () => {
  const decisions = await judge([
    'If $x$ is a real number with $x^2 + 3x = 20 - x$, what is the greatest $x$?',
    'If $t$ is a real number with $t^2 + 3t = 20 - t$, what is the greatest $t$?',
  ]);
  expect(decisions.map(reasonOf)).toEqual(['kept', 'near-duplicate']);
});

test('texts that no edit of one another can be are never compared: their frames differ', () => {
  const path = new URL('../../cases/look-alike-questions.jsonl', import.meta.url);
  const random = createRandom('frames');
  const pairs = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly a: string; readonly b: string });
  const edits = pairs.flatMap(({ a }) => [...Object.values(wordEdits), editNumber].map((edit) => [a, edit(a, random)]));
  let alike = 0;
  for (const [a = '', b = ''] of [...pairs.map((pair) => [pair.a, pair.b]), ...edits]) {
    const [one, other] = [normaliseText(a), normaliseText(b)];
    if (compareQuestions(splitTokens(one.text), splitTokens(other.text)).resemblance === 'different') continue;
    alike += 1;
    expect(hashFrame(one.masked), `${a}\n${b}`).toBe(hashFrame(other.masked));
  }
  expect(alike).toBeGreaterThan(100);
  const frame = (text: string): number => hashFrame(normaliseText(text).masked);
  expect(frame('Solve $x+2=5$.')).not.toBe(frame('Solve $x-2=5$.'));
  expect(frame('Buy 2 pens.')).not.toBe(frame('Buy 2 pens for 3.'));
});

test('with `perTemplate` so many questions stay that differ in numbers only', async () => {
  const questions = [1, 2, 3, 4, 5].map(
    (n) => `A tram has ${n} wagons with ${n + 30} seats each. How many seats has it?`,
  );
  const reworded = 'A train has 2 wagons with 32 seats each. How many seats has it?';
  const reasons = async (perTemplate: number): Promise<readonly string[]> =>
    (await judge([...questions, reworded], { perTemplate })).map(reasonOf);
  const near = 'near-duplicate';
  expect(await reasons(1)).toEqual(['kept', near, near, near, near, near]);
  expect(await reasons(3)).toEqual(['kept', 'kept', 'kept', 'template-cap', 'template-cap', near]);
  expect(await reasons(Number.POSITIVE_INFINITY)).toEqual(['kept', 'kept', 'kept', 'kept', 'kept', near]);
});

test('options without a meaning are refused', () => {
  expect(() => removeDuplicates({ similarity: 0 })).toThrow("Option 'similarity'");
  expect(() => removeDuplicates({ perTemplate: 1.5 })).toThrow("Option 'perTemplate'");
});

const words = 'tram bus lorry barge canoe sledge wagon basket crate barrel farm mill harbour bakery tower bridge'.split(
  ' ',
);

/** Questions of which many repeat or edit another. */
function makeQuestions(count: number, seed: string): readonly string[] {
  const random = createRandom(seed);
  const pick = (): string => words[random.integer({ min: 0, max: words.length - 1 })] ?? '';
  return Array.from({ length: count }, () => {
    const n = random.integer({ min: 2, max: 4 });
    return `A ${pick()} near the old ${pick()} holds ${n} heavy loads of flour from the ${pick()}. How many loads hold ${n} of them?`;
  });
}

test('a session that remembers decides as one that judged all, wherever it begins, with or without its scratch folder', async () => {
  const questions = makeQuestions(600, 'memory');
  const shards = Array.from({ length: 12 }, (_, number) =>
    makeShard(questions.slice(50 * number, 50 * number + 50), {
      number,
      first: 50 * number,
      generator: number % 2 === 0 ? 'one' : 'two',
    }),
  );
  for (const perTemplate of [1, 2]) {
    using folder = makeTemporaryFolder();
    const stage = removeDuplicates({ perTemplate });
    const whole = await judgeInOrder(stage, shards, { scratch: folder.join('whole') });
    expect(new Set(whole.decisions.flat().map(reasonOf)).size).toBeGreaterThan(1);
    for (const begin of [1, 5, 11]) {
      const rest = await judgeInOrder(stage, shards.slice(begin), {
        scratch: folder.join(begin === 5 ? 'whole' : `begin-${begin}`),
        remembered: whole.memories.slice(0, begin),
      });
      expect(rest.decisions).toEqual(whole.decisions.slice(begin));
      expect(rest.memories).toEqual(whole.memories.slice(begin));
    }
  }
});

test('how rows are cut into shards decides nothing', async () => {
  const questions = makeQuestions(300, 'shards');
  const whole = await judge(questions);
  using folder = makeTemporaryFolder();
  const shards = Array.from({ length: 30 }, (_, number) =>
    makeShard(questions.slice(10 * number, 10 * number + 10), { number, first: 10 * number }),
  );
  const { decisions } = await judgeInOrder(removeDuplicates(), shards, { scratch: folder.path });
  expect(decisions.flat()).toEqual(whole);
  const random = createRandom('order');
  const shuffled = random.shuffle(questions.filter((_, at) => reasonOf(whole[at]) === 'kept'));
  const again = await judge([...shuffled, ...shuffled.map((question) => question.toUpperCase())]);
  expect(
    again
      .slice(shuffled.length)
      .map(reasonOf)
      .every((reason) => reason === 'exact-duplicate'),
  ).toBe(true);
});

test('thousands of look-alikes that all stay take no time that grows with their square', async () => {
  const questions = Array.from(
    { length: 3000 },
    (_, n) => `Compute the value of $f(x) = x^2 + ${n}x - ${n * 7}$ at $x = ${n + 1}$.`,
  );
  const decisions = await judge(questions, { perTemplate: Number.POSITIVE_INFINITY });
  expect(decisions.every((decision) => 'keep' in decision)).toBe(true);
});

test('while look-alikes are compared the event loop has its turns, in which Ctrl-C is heard and answers come in', async () => {
  using folder = makeTemporaryFolder();
  const store = new TextStore(folder.path);
  const search = new DuplicateSearch(store, { similarity: 0.6, perTemplate: 1 });
  const random = createRandom('look-alikes');
  const words = ['apple', 'train', 'river', 'teacher', 'box', 'marble', 'garden', 'length', 'price', 'speed'] as const;
  const questions = Array.from(
    { length: 400 },
    () => `A ${Array.from({ length: 25 }, () => random.pick(words)).join(' the ')} what is it?`,
  );
  let turns = 0;
  const watch = setInterval(() => {
    turns += 1;
  }, 1);
  const found = await search.judge(makeFingerprints(questions, { maskNumbers: true }), () => undefined);
  clearInterval(watch);
  store.close();
  expect(found).toHaveLength(400);
  expect(turns).toBeGreaterThan(3);
});

test('of a mass of long look-alikes so much is read again as 64 of common length have', async () => {
  using folder = makeTemporaryFolder();
  const store = new TextStore(folder.path);
  let readBytes = 0;
  const read = store.read.bind(store);
  store.read = (at, length) => {
    readBytes += length;
    return read(at, length);
  };
  const search = new DuplicateSearch(store, { similarity: 0.6, perTemplate: Number.POSITIVE_INFINITY });
  const story = 'A farmer near the old mill sells flour to all of the people in the town. '.repeat(200);
  const asked = ['sum', 'product', 'area', 'volume', 'mean', 'median', 'mode', 'range', 'perimeter', 'radius'];
  const questions = asked.flatMap((one) => asked.map((other) => `${story} What is the ${one} of the ${other}?`));
  const found = await search.judge(makeFingerprints(questions, { maskNumbers: false }), () => undefined);
  store.close();
  expect(found.every((duplicate) => duplicate === undefined)).toBe(true);
  expect(readBytes).toBeGreaterThan(2 ** 18);
  expect(readBytes).toBeLessThanOrEqual(questions.length * 2 ** 18);
});

test.skipIf(dataDir === undefined)(
  `95 % of one-word and one-number edits of MATH questions are found${why}`,
  async () => {
    const questions = createRandom('edits')
      .shuffle(readQuestions(dataDir ?? '', 'math/train'))
      .slice(0, 150);
    const random = createRandom('edits of words');
    const pairs = (edit: (typeof wordEdits)[string]): readonly (readonly [string, string])[] =>
      questions.flatMap((question) => {
        const edited = edit(question, random);
        return edited === undefined || edited === question ? [] : [[question, edited] as const];
      });
    const edited = Object.values(wordEdits).flatMap(pairs);
    expect(edited.length).toBeGreaterThan(450);
    const found = (await findCopies(edited)).filter(Boolean).length;
    expect(found / edited.length).toBeGreaterThanOrEqual(0.95);
    const renumbered = pairs(editNumber);
    const foundNumbers = (await findCopies(renumbered)).filter(Boolean).length;
    expect(foundNumbers / renumbered.length).toBeGreaterThanOrEqual(0.95);
  },
);

test.skipIf(dataDir === undefined)(
  `no question is merged with one that one sign or word makes another${why}`,
  async () => {
    const questions = createRandom('flips')
      .shuffle(readQuestions(dataDir ?? '', 'math/train'))
      .slice(0, 400);
    const pairs = questions.flatMap((question) =>
      flipQuestion(question).map((flipped) => [question, flipped] as const),
    );
    expect(pairs.length).toBeGreaterThan(800);
    const copies = await findCopies(pairs);
    expect(pairs.filter((_, at) => copies[at])).toEqual([]);
  },
);

test.skipIf(dataDir === undefined)(
  `of all MATH questions none is merged that is unrelated or differs in more than numbers and names${why}`,
  async () => {
    const questions = readQuestions(dataDir ?? '', 'math/train');
    const decisions = await judge(questions, { perTemplate: Number.POSITIVE_INFINITY });
    const merged = decisions.flatMap((decision, at) =>
      'drop' in decision ? [[questions[at], decision] as const] : [],
    );
    // The set has a handful of questions twice; each of these was read, and asks what the one that stays asks.
    expect(merged.length).toBeLessThanOrEqual(10);
    for (const [question, decision] of merged) {
      const of = Number(String('drop' in decision ? decision.because?.of : '').replace('test/', ''));
      const common = (text = ''): Set<string> => new Set(splitTokens(normaliseText(text).text));
      const shared = [...common(question)].filter((token) => common(questions[of]).has(token)).length;
      expect(shared / common(question).size, question).toBeGreaterThan(0.7);
    }
  },
);
