import { createRandom, digest } from '@scalequest/core';
import { loadBenchmark } from '@scalequest/datasets';
import { expect, test } from 'vitest';
import { findProtocol } from '../protocols/find-protocol.ts';
import { resolveProtocol } from '../protocols/protocol.ts';
import { buildBoard } from './build-board.ts';
import { checkResult } from './check-result.ts';
import { compareResults } from './compare-results.ts';
import { findDifference } from './find-difference.ts';
import { findKnownText } from './find-known-text.ts';
import { groupRows } from './group-rows.ts';
import { computeIdsSha256 } from './ids-sha256.ts';
import { isCount } from './is-count.ts';
import { nameResult } from './name-result.ts';
import { rankResults } from './rank-results.ts';
import { renderMarkdown } from './render-markdown.ts';
import { reportedSchema } from './reported-file.ts';
import type { ResultFile } from './result-file.ts';

const { problems, rowsSha256 } = await loadBenchmark('math-embedded', { cacheDir: '' });
const idsSha256 = computeIdsSha256(problems.map(({ id }) => id));

/** A sound result of 500 problems, of which the first are correct and the next have another letter. */
function makeResult({
  correct = 300,
  others = '',
  ...changes
}: Partial<ResultFile> & { readonly others?: string } = {}): ResultFile {
  const letters = `${'c'.repeat(correct)}${others}`.padEnd(500, 'w');
  const { protocol, label, sha256 } = resolveProtocol(findProtocol('scalequest@1'));
  return {
    format: 1,
    benchmark: 'math-embedded',
    model: 'm',
    replies: 'asked',
    protocol: { label, sha256, text: { ...protocol } },
    rowsSha256,
    goldFixes: [],
    problems: 500,
    benchmarkProblems: 500,
    idsSha256,
    epochs: 1,
    grader: 'ours@3',
    correct,
    accuracy: correct / 500,
    marks: [],
    outcomes: { 'ours@3': [letters], 'dart@1': [letters.replace('c', 'w')] },
    tokens: null,
    cost: null,
    ...changes,
  };
}

async function findFields(result: ResultFile): Promise<readonly string[]> {
  const findings = await checkResult(nameResult(result), result);
  return findings.map(({ place }) => place.slice(place.indexOf(', ') + 2));
}

test('a sound result has no findings', async () => {
  expect(await findFields(makeResult())).toEqual([]);
});

test.each<readonly [string, Partial<ResultFile> & { readonly others?: string }, readonly string[]]>([
  [
    'a count that is not that of the letters',
    { outcomes: { 'ours@3': ['c'.repeat(299).padEnd(500, 'w')] } },
    ['correct', 'accuracy'],
  ],
  ['an accuracy that is not k / n', { accuracy: 0.7 }, ['accuracy']],
  [
    'a letter that is none',
    { outcomes: { 'ours@3': [`${'c'.repeat(300)}x`.padEnd(500, 'w')] } },
    ["outcomes['ours@3'][0]"],
  ],
  [
    'letters that do not add up',
    { outcomes: { 'ours@3': ['c'.repeat(300).padEnd(499, 'w')] } },
    ["outcomes['ours@3'][0]"],
  ],
  ['epochs that are not there', { epochs: 2 }, ["outcomes['ours@3']", "outcomes['dart@1']", 'accuracy']],
  ['a grader without letters', { grader: 'qwen25@1' }, ['grader']],
  ['a grader whose name every object has', { grader: 'toString' }, ['grader']],
  [
    "the source's label as the grader",
    { grader: 'source-label', outcomes: { 'source-label': ['c'.repeat(300).padEnd(500, 'w')] } },
    ['grader'],
  ],
  ['more errors than 0.5 %', { others: 'eee' }, ["outcomes['ours@3']"]],
  ['more undecided than 2 % without a mark', { others: 'u'.repeat(11) }, ['marks']],
  ['more truncated than 5 % without a mark', { others: 't'.repeat(26) }, ['marks']],
  ['a mark that nothing asks for', { marks: ['truncated'] }, ['marks']],
  ['rows that are not those of the registry', { rowsSha256: 'a'.repeat(64) }, ['rowsSha256']],
  ['ids that are not those of the benchmark', { idsSha256: 'a'.repeat(64) }, ['idsSha256']],
  ['a part of the benchmark', { benchmarkProblems: 400 }, ['benchmarkProblems']],
  ['a benchmark that does not ship', { benchmark: 'mine' }, ['benchmark']],
  ['recorded replies without a source', { replies: 'recorded' }, ['source']],
  ['a model that was asked nobody knows how', { protocol: null }, ['protocol']],
])('%s is found, with its field', async (_, changes, fields) => {
  expect(await findFields(makeResult(changes))).toEqual(fields);
});

test('a result has the whole name of its benchmark, model and protocol', async () => {
  const result = makeResult();
  const [finding] = await checkResult(`results/copy-of-${nameResult(result)}`, result);
  expect(finding?.place).toMatch(/, name$/);
});

test('as many undecided and truncated as the limits say need no mark, and one with its mark is sound', async () => {
  expect(await findFields(makeResult({ others: `${'u'.repeat(10)}${'t'.repeat(25)}ee` }))).toEqual([]);
  expect(await findFields(makeResult({ others: 'u'.repeat(11), marks: ['undecided'] }))).toEqual([]);
});

test('a changed protocol is found by its hash, and by its label where the hash was changed too', async () => {
  const sound = makeResult();
  const text = { ...sound.protocol?.text, epochs: 3 };
  const label = 'scalequest@1';
  const changed = { label, sha256: sound.protocol?.sha256 ?? '', text };
  expect(await findFields(makeResult({ protocol: changed }))).toEqual(['protocol.sha256', 'protocol.text']);
  expect(await findFields(makeResult({ protocol: { label, sha256: digest(text), text } }))).toEqual(['protocol.text']);
  // A protocol of the user's own is known by its hash alone.
  expect(await findFields(makeResult({ protocol: { label: 'mine@1', sha256: digest(text), text } }))).toEqual([]);
});

test('the label of a protocol says what was changed in it', () => {
  const changed = resolveProtocol(findProtocol('dart@1'), { temperature: 0.7, maxTokens: 99 });
  expect(findKnownText(changed.label)).toEqual(changed.protocol);
  const variant = resolveProtocol(findProtocol('lm-eval@1'), { variant: 'minerva_math' });
  expect(findKnownText(variant.label)).toEqual(variant.protocol);
  expect(findKnownText('dart@9')).toBeUndefined();
  expect(findKnownText('dart@1+template=mine')).toBeUndefined();
});

test('places overlap and groups are shared where a paired test does not tell two results apart', () => {
  const good = makeResult({ correct: 300 });
  const alike = makeResult({ correct: 296 });
  const bad = makeResult({ correct: 200 });
  expect(rankResults([bad, good, alike])).toEqual([
    { rank: { best: 3, worst: 3 }, groups: ['a'] },
    { rank: { best: 1, worst: 2 }, groups: ['b'] },
    { rank: { best: 1, worst: 2 }, groups: ['b'] },
  ]);
  // Of two graders, or of other epochs, nothing is known.
  expect(rankResults([good, makeResult({ correct: 200, grader: 'dart@1' })])).toEqual([
    { rank: { best: 1, worst: 2 }, groups: ['a'] },
    { rank: { best: 1, worst: 2 }, groups: ['a'] },
  ]);
});

test('a group tells apart two rows whose places overlap', () => {
  // The first is better than the third, and neither is told apart from the second.
  const [first, third] = [300, 280].map((correct) => makeResult({ correct }));
  const letters = `${'w'.repeat(30)}${'c'.repeat(260)}`.padEnd(320, 'c').padEnd(500, 'w');
  const second = makeResult({ correct: 290, outcomes: { 'ours@3': [letters] } });
  expect(rankResults([first, second, third] as ResultFile[])).toEqual([
    { rank: { best: 1, worst: 2 }, groups: ['a'] },
    { rank: { best: 1, worst: 3 }, groups: ['a', 'b'] },
    { rank: { best: 2, worst: 3 }, groups: ['b'] },
  ]);
});

test('two rows share a group where they are alike, and only there', () => {
  const random = createRandom('groups');
  for (let round = 0; round < 200; round++) {
    const count = 1 + Math.floor(random.next() * 9);
    const alike = Array.from({ length: count }, () => Array.from({ length: count }, () => random.next() < 0.6));
    const isAlike = (i: number, j: number): boolean => alike[Math.min(i, j)]?.[Math.max(i, j)] === true;
    const groups = groupRows(count, isAlike);
    expect(groups.every((own) => own.length > 0)).toBe(true);
    for (let i = 0; i < count; i++) {
      for (let j = i + 1; j < count; j++) {
        expect(groups[i]?.some((group) => groups[j]?.includes(group))).toBe(isAlike(i, j));
      }
    }
  }
  expect(groupRows(30, () => false).at(-1)).toEqual(['ad']);
});

test('places are corrected for the number of tests', () => {
  // Six problems better, none worse: p = 0.031 for one test.
  const results = [100, 106].map((correct) => makeResult({ correct }));
  expect(rankResults(results)).toEqual([
    { rank: { best: 2, worst: 2 }, groups: ['a'] },
    { rank: { best: 1, worst: 1 }, groups: ['b'] },
  ]);
  expect(rankResults([...results, makeResult({ correct: 106 })])).toEqual(
    Array(3).fill({ rank: { best: 1, worst: 3 }, groups: ['a'] }),
  );
});

test('the board does not depend on the order of its files', () => {
  const results = [300, 200].map((correct, i) => ({
    file: `${i}.json`,
    result: makeResult({ correct, model: `m${i}` }),
  }));
  const reported = ['b', 'a'].map((model) => ({
    format: 1 as const,
    source: 's',
    digits: 1,
    rows: [{ model, scores: { olympiadbench: 28.8, 'math-embedded': 50 } }],
  }));
  const board = buildBoard({ results, reported, notes: [] });
  expect(buildBoard({ results: results.toReversed(), reported: reported.toReversed(), notes: [] })).toEqual(board);
  expect(board.tables.map(({ benchmark }) => benchmark)).toEqual(['math-embedded', 'olympiadbench']);
  expect(board.tables[1]?.reported[0]).toMatchObject({ model: 'a', notes: ['no k of 675 gives 28.8 %'] });
  expect(board.tables[0]?.measured[0]).toMatchObject({ model: 'm0', spread: { min: 299 / 500, max: 0.6 } });
});

test('pass@k is there for several epochs', () => {
  const letters = [`${'c'.repeat(300)}${'w'.repeat(200)}`, `${'w'.repeat(200)}${'c'.repeat(300)}`];
  const result = makeResult({ epochs: 2, correct: 600, accuracy: 0.6, outcomes: { 'ours@3': letters } });
  const [table] = buildBoard({ results: [{ file: 'f', result }], reported: [], notes: [] }).tables;
  expect(table?.measured[0]).toMatchObject({
    score: 0.6,
    passAtK: { 1: 0.6, 2: 1 },
    interval: { method: 'clustered' },
  });
});

test('a table says where rows were asked by different protocols', () => {
  const { protocol } = makeResult();
  const other = { label: 'mine@1', sha256: 'a'.repeat(64), text: {} };
  const notesOf = (...protocols: readonly ResultFile['protocol'][]): readonly string[] => {
    const results = protocols.map((one, i) => ({ file: `${i}.json`, result: makeResult({ protocol: one }) }));
    return buildBoard({ results, reported: [], notes: [] }).notes;
  };
  expect(notesOf(protocol, protocol)).toEqual([]);
  const note = expect.stringContaining('math-embedded: the rows were not all asked by one known protocol');
  expect(notesOf(protocol, other)).toEqual([note]);
  // Of two that nobody knows, nobody knows whether they are one.
  expect(notesOf(null, null)).toEqual([note]);
});

test('a difference is shown where it begins, also at the end of a long line and where it cannot be seen', () => {
  const line = 'x'.repeat(1000);
  expect(findDifference(`a\n${line}1\n`, `a\n${line}2\n`)).toBe(
    `Line 2 would change from "…${'x'.repeat(40)}1" to "…${'x'.repeat(40)}2".`,
  );
  expect(findDifference('a\r\n', 'a\n')).toBe('Line 1 would change from "a\\r" to "a".');
  expect(findDifference('a\n', 'a\nb\n')).toBe('Line 2 would change from "" to "b".');
  expect(findDifference('a', 'a\n')).toBe('Line 2 would change from its end to "".');
});

test('every label of the source is left out of the spread of the graders', () => {
  const sound = makeResult();
  const outcomes = { ...sound.outcomes, 'source-label': ['w'.repeat(500)], 'source-label.strict': ['w'.repeat(500)] };
  const [table] = buildBoard({
    results: [{ file: 'f', result: { ...sound, outcomes } }],
    reported: [],
    notes: [],
  }).tables;
  expect(table?.measured[0]?.spread).toEqual({ min: 299 / 500, max: 0.6 });
});

test('a name cannot write tables, tags or links into the Markdown', () => {
  const model = '# a|b](http://x) <img>\n~~c~~ $d$ &lt; \u202ee';
  const outcomes = { 'x|<img>': ['c'.repeat(300).padEnd(500, 'w')] };
  const result = makeResult({ model, grader: 'x|<img>', outcomes });
  const text = renderMarkdown(buildBoard({ results: [{ file: 'f', result }], reported: [], notes: [] }));
  expect(text).toContain('\\# a\\|b\\](http://x) \\<img\\> \\~\\~c\\~\\~ \\$d\\$ \\&lt; \\[U+202E\\]e');
  expect(text).toContain('headline by x\\|\\<img\\>; x\\|\\<img\\> 60.0');
  expect(text).not.toMatch(/[^\\]<img/);
});

test.each([
  [28.8, 675, false],
  [28.7, 675, true],
  [38.9, 1319, true],
  [43.3, 30, true],
  [50, 3, false],
  // 12.25 may be printed either way.
  [12.2, 400, true],
  [12.3, 400, true],
])('whether a count gives %d %% of %d is %s', (percent, of, expected) => {
  expect(isCount({ percent, digits: 1, of })).toBe(expected);
});

test('a reported value with more digits than its file says is refused: it would not be printed as it was published', () => {
  const parse = (digits: number, percent: number) =>
    reportedSchema.safeParse({ format: 1, source: 's', digits, rows: [{ model: 'm', scores: { math: percent } }] });
  for (const percent of [0, 91, 36.2, 0.3, 99.9, 100]) expect(parse(1, percent).success).toBe(true);
  const [issue] = parse(1, 36.25).error?.issues ?? [];
  expect(issue).toMatchObject({ path: ['rows', 0, 'scores', 'math'], message: expect.stringContaining('36.25') });
  expect(parse(0, 36.2).success).toBe(false);
});

test('the gate finds what a paired test finds, and says what it cannot compare', () => {
  const name = (result: ResultFile): { readonly file: string; readonly result: ResultFile } => ({
    file: nameResult(result),
    result,
  });
  const base = [makeResult(), makeResult({ model: 'gone' }), makeResult({ model: 'other', goldFixes: ['x'] })].map(
    name,
  );
  const head = [makeResult({ correct: 290 }), makeResult({ model: 'new' }), makeResult({ model: 'other' })].map(name);
  const { changes, notes } = compareResults({ base, head });
  expect(changes).toMatchObject([{ model: 'm', verdict: 'worse', difference: expect.closeTo(-0.02, 12), lost: 10 }]);
  expect(notes).toEqual([
    'New: math-embedded, new.',
    'Not compared: math-embedded, other: the references are others.',
    'Gone: math-embedded, gone.',
  ]);
  // With another headline it is tested by the one that it had; one of another protocol that is no more is gone.
  const [{ protocol }, wrong] = [makeResult(), 'w'.repeat(500)];
  const before = [makeResult(), makeResult({ protocol: { label: 'mine@1', sha256: 'a'.repeat(64), text: {} } })];
  const outcomes = { 'ours@3': [wrong], 'dart@1': before[0]?.outcomes['dart@1'] ?? [] };
  const switched = [makeResult({ protocol, grader: 'dart@1', outcomes })];
  expect(compareResults({ base: before.map(name), head: switched.map(name) })).toMatchObject({
    changes: [{ grader: 'ours@3', verdict: 'worse', lost: 300 }],
    notes: ['Gone: math-embedded, m.'],
  });
  // What the base has may be of another version, or broken.
  const broken = makeResult({ outcomes: { 'ours@3': [wrong.slice(1)] } });
  expect(compareResults({ base: [name(broken)], head: [name(makeResult())] }).notes).toEqual([
    'Not compared: math-embedded, m: the letters on the base do not add up.',
  ]);
  expect(compareResults({ base: [], unread: [name(makeResult()).file], head: [name(makeResult())] }).notes).toEqual([
    'Not compared: math-embedded, m: the file on the base is no result.',
  ]);
  const little = compareResults({ base, head: [name(makeResult({ correct: 296 }))] });
  expect(little.changes).toMatchObject([{ verdict: 'not told apart' }]);
});
