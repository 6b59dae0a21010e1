import { digest } from '@scalequest/core';
import { loadBenchmark } from '@scalequest/datasets';
import { expect, test } from 'vitest';
import { findProtocol } from '../protocols/find-protocol.ts';
import { resolveProtocol } from '../protocols/protocol.ts';
import { buildBoard } from './build-board.ts';
import { checkResult } from './check-result.ts';
import { compareResults } from './compare-results.ts';
import { findKnownText } from './find-known-text.ts';
import { computeIdsSha256 } from './ids-sha256.ts';
import { isCount } from './is-count.ts';
import { nameResult } from './name-result.ts';
import { rankResults } from './rank-results.ts';
import { renderMarkdown } from './render-markdown.ts';
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
    wallMs: 1,
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

test('places overlap where a paired test does not tell two results apart', () => {
  const good = makeResult({ correct: 300 });
  const alike = makeResult({ correct: 296 });
  const bad = makeResult({ correct: 200 });
  expect(rankResults([bad, good, alike])).toEqual([
    { best: 3, worst: 3 },
    { best: 1, worst: 2 },
    { best: 1, worst: 2 },
  ]);
  // Of two graders, or of other epochs, nothing is known.
  expect(rankResults([good, makeResult({ correct: 200, grader: 'dart@1' })])).toEqual([
    { best: 1, worst: 2 },
    { best: 1, worst: 2 },
  ]);
});

test('places are corrected for the number of tests', () => {
  // Six problems better, none worse: p = 0.031 for one test.
  const results = [100, 106].map((correct) => makeResult({ correct }));
  expect(rankResults(results)).toEqual([
    { best: 2, worst: 2 },
    { best: 1, worst: 1 },
  ]);
  expect(rankResults([...results, makeResult({ correct: 106 })])).toEqual(Array(3).fill({ best: 1, worst: 3 }));
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

test('a name cannot write tables, tags or links into the Markdown', () => {
  const result = makeResult({ model: 'a|b](http://x) <img>\n# h' });
  const text = renderMarkdown(buildBoard({ results: [{ file: 'f', result }], reported: [], notes: [] }));
  expect(text).toContain('a\\|b\\](http://x) \\<img\\> # h');
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
  const little = compareResults({ base, head: [name(makeResult({ correct: 296 }))] });
  expect(little.changes).toMatchObject([{ verdict: 'not told apart' }]);
});
