import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { digest, sha256Hex } from '@scalequest/core';
import type { ResultFile } from '@scalequest/eval';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLoop } from '../engine/run-loop.ts';
import type { Step } from '../engine/step.ts';
import {
  heldOutProblems,
  type MakeSummariesOptions,
  makeSummaries,
  writeSummaries,
} from './__fixtures__/make-summaries.ts';
import { collectSummary } from './collect-summary.ts';
import { listFindings, listWarnings } from './findings.ts';
import { makeReport } from './make-report.ts';
import { renderPage } from './page/render-page.ts';
import { renderMarkdown } from './render-markdown.ts';
import { type LoopSummary, parseSummary, renderResult } from './summary.ts';
import { checkReport, writeReport } from './write-report.ts';

const few: NonNullable<MakeSummariesOptions['arms']> = {
  full: { accuracy: 0.46, rows: 2417, right: 0.95 },
  'seeds-only': { accuracy: 0.38, rows: 640, right: 0.97 },
  'no-filter': { accuracy: 0.3, rows: 2950, right: 0.72 },
};
/** Without a leaderboard's rows, whose benchmark takes a second to make. */
const small = { arms: few, results: false } as const;
const forms = { folder: 'loop-report', hasLeaderboard: false };

describe('what a report says', () => {
  test('means, differences and McNemar are those of the letters, counted another way', async () => {
    const summaries = await makeSummaries(small);
    const report = makeReport({ summaries });
    const lettersOf = (arm: string): readonly string[] =>
      summaries.map(({ steps }) => String(steps.find(({ step }) => step === `evaluate-${arm}`)?.figures.letters));
    const [full, base] = [lettersOf('full'), lettersOf('seeds-only')];
    const shares = full.map((letters) => letters.replaceAll('w', '').length / heldOutProblems);
    expect(report.arms[0]?.accuracy.bySeed).toEqual(shares);
    const difference = report.againstSeeds.find(({ arm }) => arm === 'full');
    const expected = full.map((letters, s) => {
      const pairs = Array.from(letters, (letter, p) => `${letter}${base[s]?.[p]}`);
      const count = (pair: string): number => pairs.filter((one) => one === pair).length;
      return { gained: count('cw'), lost: count('wc') };
    });
    expect(difference?.mcNemar.map(({ gained, lost }) => ({ gained, lost }))).toEqual(expected);
    const sum = expected.reduce((all, { gained, lost }) => all + gained - lost, 0);
    expect(difference?.mean).toBeCloseTo(sum / 5 / heldOutProblems, 6);
  });

  test('a gain is above zero, and a control that is worse than no synthesis is said to be', async () => {
    const report = makeReport({ summaries: await makeSummaries(small) });
    const findings = report.againstSeeds.map(({ arm, finding }) => [arm, finding]);
    expect(findings).toEqual([
      ['full', 'above zero'],
      ['no-filter', 'below zero'],
    ]);
    for (const text of [renderMarkdown(report, forms), renderPage(report, forms)]) {
      expect(text).toMatch(
        /The whole pipeline, less seed questions alone: \+\d\.\d \[.*\] points of accuracy: above zero\./,
      );
      expect(text).toMatch(/No filter.*below zero/);
    }
    const said = listFindings(report).map(({ text }) => text);
    expect(said.some((text) => /^QFT: valid questions: \+7\d\.\d .* above zero/.test(text))).toBe(true);
    // Who asked nothing with an answer has no difficulty that could rise: that is said, not left out.
    expect(said.filter((text) => text.startsWith('QFT: steps'))).toEqual([
      expect.stringMatching(
        /: not compared\. Before: not every seed has a valid question\. After: \d\.\d\d \[\d\.\d\d, \d\.\d\d\]\.$/,
      ),
    ]);
    expect(renderMarkdown(report, forms)).toContain('| The solver before QFT | – | – | – | – |');
    expect(said.some((text) => /^QPO: valid questions: \+1\d\.\d .* above zero/.test(text))).toBe(true);
    expect(said.some((text) => /^Filters, after QPO: share of right answers .* above zero/.test(text))).toBe(true);
  });

  test('each difference of arms says from how many rows, and how right ones, the two learned', async () => {
    const report = makeReport({ summaries: await makeSummaries(small) });
    const [gain, part] = listFindings(report);
    expect(gain?.text).toMatch(
      /above zero\. Learned from 2,423 rows, 95\.0 % of them right; the other from 646 rows, 97\.0 % of them right\.$/,
    );
    expect(part?.text).toMatch(/“No filter”.*the other from 2,956 rows, 72\.0 % of them right\.$/);
    expect(gain?.from).toEqual(['evaluate-full', 'evaluate-seeds-only', 'rows-full', 'rows-seeds-only']);
  });

  test('a bound of fewer rows that is not above the whole is said to be none, one that is above is not', async () => {
    const isSaid = async (accuracy: number, rows: number): Promise<boolean> => {
      const arms = { ...few, gold: { accuracy, rows } };
      const report = makeReport({ summaries: await makeSummaries({ ...small, arms }) });
      const line = listFindings(report).find(({ text }) => text.startsWith('Gold answers are not shown'));
      if (line !== undefined) expect(line.text).toContain('(2,006, not 2,423)');
      return line !== undefined;
    };
    expect(await isSaid(0.44, 2000)).toBe(true);
    expect(await isSaid(0.6, 2000)).toBe(false);
    expect(await isSaid(0.44, 3000)).toBe(false);
  });

  test('what is the same in every seed has no interval, and finds nothing', async () => {
    const report = makeReport({ summaries: await makeSummaries(small) });
    const { seeds, before } = Object.fromEntries(report.questions.map((one) => [one.generator, one.measures]));
    expect(seeds?.valid).toMatchObject({ mean: 1, low: null, high: null });
    expect(before?.valid).toMatchObject({ mean: 0, low: null });
    const change = report.askedChanges.find(({ to, measure }) => to === 'qft' && measure === 'byHeart');
    expect(change).toMatchObject({ mean: 0, finding: 'no interval', pValue: null });
    expect(renderMarkdown(report, forms)).toContain('Where every seed gives the same there is none');
    // All of the seeds are seeds.
    expect(seeds?.byHeart).toBeNull();
  });

  test('shares of distinct questions are compared only where about as many were asked', async () => {
    const asked = { before: { valid: 0, hard: 0 }, qft: { valid: 0.7, hard: 0.4 }, qpo: { valid: 0.6, hard: 0.6 } };
    const listDistinct = async (questions: number) => {
      const summaries = await makeSummaries({ ...small, asked: { ...asked, before: { ...asked.before, questions } } });
      const changes = makeReport({ summaries }).askedChanges.filter(({ measure }) => measure === 'distinct');
      return changes.map(({ from, to }) => `${from} ${to}`);
    };
    expect(await listDistinct(1700)).toEqual(['before qft', 'qft qpo']);
    expect(await listDistinct(500)).toEqual(['qft qpo']);
  });

  test('without a difference nothing is shown, and a bound that gains nothing is said to mean that', async () => {
    const arms = { ...few, gold: { accuracy: 0.38, rows: 2500 } };
    const report = makeReport({ summaries: await makeSummaries({ ...small, arms }) });
    const gold = report.againstSeeds.find(({ arm }) => arm === 'gold');
    expect(gold?.finding).toBe('not shown');
    expect(gold?.holmPValue).toBeGreaterThan(0.05);
    const said = listFindings(report).map(({ text }) => text);
    expect(said).toContainEqual(expect.stringMatching(/Not even right answers .* are shown to help/));
  });

  test('of loops made up with a known gain, the interval of a report holds it', async () => {
    const arms = { full: { accuracy: 0.46, rows: 9 }, 'seeds-only': { accuracy: 0.38, rows: 9 } };
    let held = 0;
    const loops = 30;
    for (let loop = 1; loop <= loops; loop++) {
      const seeds = [1, 2, 3, 4, 5].map((seed) => 100 * loop + seed);
      const report = makeReport({ summaries: await makeSummaries({ arms, seeds, results: false, asked: {} }) });
      const { low, high } = report.againstSeeds[0] ?? { low: null, high: null };
      if (low !== null && high !== null && low <= 0.08 && 0.08 <= high) held += 1;
    }
    // Of 30 at 95 %, fewer than 25 in 3 of a thousand experiments; all of them in one of five.
    expect(held).toBeGreaterThanOrEqual(25);
  });

  test('what is missing is left out, and said before all else', async () => {
    const alone = makeReport({
      summaries: await makeSummaries({
        arms: { gold: { accuracy: 0.5, rows: 9 } },
        results: false,
        asked: {},
        seeds: [3],
      }),
    });
    expect(listWarnings(alone).join(' ')).toMatch(
      /^One seed alone.*no arm of seed questions.*no arm with the whole.*Nobody said/,
    );
    expect([alone.againstSeeds, alone.againstFull, alone.scaling, alone.funnels]).toEqual([[], [], [], []]);
    expect(alone.arms[0]?.accuracy).toMatchObject({ low: null, high: null });
    expect(renderMarkdown(alone, forms)).toContain('None: nothing is compared.');
    expect(renderPage(alone, forms)).not.toContain('id="scaling"');
    const three = makeReport({ summaries: await makeSummaries({ ...small, seeds: [1, 2, 3] }), settledAt: 'abc' });
    expect(listWarnings(three)).toEqual([expect.stringMatching(/^Only 3 seeds/)]);
    expect(renderPage(three, forms)).toContain('Only 3 seeds');
  });

  test('students that were trained for longer than others are named', async () => {
    const summaries = await makeSummaries(small);
    const even = makeReport({ summaries, settledAt: 'abc' });
    expect(listWarnings(even)).toEqual([]);
    expect(renderMarkdown(even, forms)).toContain('Every student was trained for 600 steps.');
    const [first, ...others] = summaries as readonly [LoopSummary, ...LoopSummary[]];
    const steps = first.steps.map((entry) =>
      entry.step === 'student-full' ? { ...entry, figures: { ...entry.figures, steps: 900 } } : entry,
    );
    const uneven = makeReport({ summaries: [{ ...first, steps }, ...others], settledAt: 'abc' });
    expect(listWarnings(uneven)).toEqual([expect.stringContaining('not trained for as long: 600, 900 steps')]);
    expect(renderMarkdown(uneven, forms)).not.toContain('Every student was trained');
  });

  test('how many replies nobody could judge is said, since they lower an accuracy', async () => {
    const [first, ...others] = (await makeSummaries(small)) as [LoopSummary, ...LoopSummary[]];
    expect(renderMarkdown(makeReport({ summaries: [first, ...others] }), forms)).toContain('All were judged.');
    const steps = first.steps.map((entry) => {
      if (entry.step !== 'evaluate-seeds-only') return entry;
      const letters = String(entry.figures.letters).replace('w', 'u').replace('w', 'e').replace('w', 'n');
      return { ...entry, figures: { ...entry.figures, letters } };
    });
    const report = makeReport({ summaries: [{ ...first, steps }, ...others] });
    expect(report.arms.find(({ arm }) => arm === 'seeds-only')?.notJudged).toEqual([2, 0, 0, 0, 0]);
    expect(renderMarkdown(report, forms)).toContain('Not judged were at most 2 of an arm and seed.');
  });

  test('one seed of two arms is compared, and shows nothing', async () => {
    const report = makeReport({ summaries: await makeSummaries({ ...small, seeds: [4] }) });
    expect(report.againstSeeds[0]).toMatchObject({
      finding: 'no interval',
      low: null,
      holmPValue: null,
      resampled: null,
    });
    expect(renderMarkdown(report, forms)).toContain('| no interval |');
  });

  test('sizes of the whole pipeline are the scaling curve, the fewest rows first', async () => {
    const arms = { ...few, 'full-1000': { accuracy: 0.4, rows: 803 }, 'full-300': { accuracy: 0.33, rows: 243 } };
    const report = makeReport({ summaries: await makeSummaries({ ...small, arms }) });
    expect(report.scaling).toEqual(['full-300', 'full-1000', 'full']);
    // A gain may be of the number of rows alone: that of fewer stands beside it.
    expect(listFindings(report)[2]?.text).toMatch(
      /^The whole pipeline, 300 rows, less seed questions alone: −\d\.\d .* below zero\. Learned from 249 rows/,
    );
    expect(renderPage(report, forms)).toMatch(/Accuracy \d+\.\d → \d+\.\d → \d+\.\d % from 249 → 809 → 2,423 rows/);
  });
});

describe('what is refused', () => {
  test('seeds that differ in a setting, each difference named, and a seed twice', async () => {
    const [first] = await makeSummaries({ ...small, seeds: [1] });
    const [other] = await makeSummaries({ ...small, seeds: [2], arms: { ...few, gold: { accuracy: 0.5, rows: 9 } } });
    const make = () => makeReport({ summaries: [first as LoopSummary, other as LoopSummary] });
    expect(make).toThrow(/steps\.rows-gold.*is not there and /);
    expect(make).toThrow(expect.objectContaining({ code: 'SUMMARIES_DIFFER', kind: 'request' }));
    expect(() => makeReport({ summaries: [first as LoopSummary, first as LoopSummary] })).toThrow('of seed 1');
    expect(() => makeReport({ summaries: [] })).toThrow('There is no summary');
  });

  test.each<readonly [string, (summary: string) => string, string]>([
    ['no JSON', (text) => text.slice(1), 'It is no JSON'],
    [
      'a figure that was edited',
      (text) => text.replace(/"accuracy":0\.\d+/, '"accuracy":0.9'),
      "Step 'evaluate-full' does not have the run id",
    ],
    ['a letter that was edited', (text) => text.replace(/"letters":"./, '"letters":"u'), 'does not have the run id'],
    [
      'a setting that was edited',
      (text) => text.replace('"count":1000', '"count":2000'),
      'settings do not have the digest',
    ],
    [
      'an input of another run',
      (text) => text.replaceAll(/"seeds":"[0-9a-f]{64}"/g, `"seeds":"${'0'.repeat(64)}"`),
      "Step 'qft' does not have",
    ],
    ['a format that is not known', (text) => text.replace('"format":1', '"format":2'), 'format'],
  ])('a summary with %s', async (_, edit, said) => {
    const [summary] = await makeSummaries({ ...small, seeds: [1] });
    const text = JSON.stringify(summary);
    expect(parseSummary(text, 'seed-1.json')).toEqual(summary);
    expect(edit(text)).not.toBe(text);
    const parse = () => parseSummary(edit(text), 'seed-1.json');
    expect(parse).toThrow(expect.objectContaining({ code: 'SUMMARY_DAMAGED' }));
    expect(parse).toThrow(said);
  });

  test('a step whose figures and run id were both edited, since what reads it names the other run', async () => {
    const [summary] = await makeSummaries({ ...small, seeds: [1] });
    const steps = (summary as LoopSummary).steps.map(({ run, ...entry }) => {
      const edited = entry.step === 'student-full' ? { ...entry, figures: { ...entry.figures, steps: 700 } } : entry;
      return { ...edited, run: digest(edited) };
    });
    expect(() => parseSummary(JSON.stringify({ ...summary, steps }), 'x')).toThrow(
      "Step 'evaluate-full' read 'student-full'",
    );
  });

  test('a step that is gone', async () => {
    const [summary] = await makeSummaries({ ...small, seeds: [1] });
    const steps = (summary as LoopSummary).steps.slice(0, -1);
    expect(() => parseSummary(JSON.stringify({ ...summary, steps }), 'x')).toThrow(
      "Step 'evaluate-no-filter' is missing",
    );
  });
});

describe('a report on the disk', () => {
  let folder: TemporaryFolder;
  let out: string;
  const read = (path: string): string => readFileSync(folder.join(path), 'utf8');
  beforeAll(async () => {
    folder = makeTemporaryFolder();
    out = folder.join('docs/loop-report');
    const from = writeSummaries(folder.join('in'), await makeSummaries({ arms: few, seeds: [11, 12, 13, 14, 15] }));
    await writeReport({ from, out, settledAt: '0123abc', machine: 'two cores of a server' });
  });
  afterAll(() => folder?.[Symbol.dispose]());

  test('is made again from its own summaries, byte by byte, in any order', async () => {
    const files = [
      'docs/loop-report.md',
      ...['index.html', 'report.json', 'summaries/seed-12.json'].map((name) => `docs/loop-report/${name}`),
    ];
    const before = files.map(read);
    const from = [15, 11, 13, 12, 14].map((seed) => folder.join(`docs/loop-report/summaries/seed-${seed}.json`));
    const { written } = await writeReport({ from, out });
    expect(files.map(read)).toEqual(before);
    expect(written.length).toBe(3 + 5 + 15 + 3);
    expect(await checkReport({ out })).toEqual([]);
    expect(before[0]).toContain('Settings settled at commit `0123abc`');
    expect(before[0]).toContain('two cores of a server');
  });

  test('has a leaderboard of its own, each seed of each arm a row', () => {
    const { tables } = JSON.parse(read('docs/loop-report/leaderboard/LEADERBOARD.json'));
    expect(tables).toHaveLength(1);
    expect(tables[0].measured).toHaveLength(15);
    const models = tables[0].measured.map(({ model }: { model: string }) => model);
    expect(new Set(models).size).toBe(15);
    expect(models).toContain('nano-loop-seeds-only-seed-13');
  });

  test.each<readonly [string, string, RegExp, string, string]>([
    ['a number of the Markdown', 'docs/loop-report.md', /\+\d\.\d \[/, '+9.9 [', 'would change'],
    ['a number of the page', 'docs/loop-report/index.html', /\+\d\.\d \[/, '+9.9 [', 'would change'],
    ['a number of report.json', 'docs/loop-report/report.json', /"mean": 0\.\d+/, '"mean": 0.99', 'would change'],
    ['what only its maker knew', 'docs/loop-report/report.json', /0123abc/, 'fedcba9', 'would change'],
    [
      'a figure of a summary',
      'docs/loop-report/summaries/seed-13.json',
      /"accuracy": 0\.\d+/,
      '"accuracy": 0.99',
      'run id',
    ],
    [
      'a hash of a journal',
      'docs/loop-report/summaries/seed-13.json',
      /"journal.jsonl": "[0-9a-f]{4}/,
      '"journal.jsonl": "0000',
      'would change',
    ],
    [
      'a row of the leaderboard',
      'docs/loop-report/leaderboard/LEADERBOARD.json',
      /"correct": \d+/,
      '"correct": 999',
      'would change',
    ],
  ])('is not what its summaries make after an edit of %s', async (_, path, from, to, said) => {
    const before = read(path);
    writeFileSync(folder.join(path), before.replace(from, to));
    const findings = await checkReport({ out });
    writeFileSync(folder.join(path), before);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.map(({ what }) => what).join(' ')).toContain(said);
  });

  test('is not written over what somebody else has put there', async () => {
    using other = makeTemporaryFolder();
    const from = [folder.join('docs/loop-report/summaries/seed-11.json')];
    mkdirSync(other.join('loop'));
    for (const [path, text] of [
      ['loop.md', '# The loop\n'],
      ['loop/index.html', '<title>Mine</title>'],
      ['loop/report.json', '{"settledAt": "012'],
    ] as const) {
      writeFileSync(other.join(path), text);
      await expect(writeReport({ from, out: other.join('loop') })).rejects.toMatchObject({ code: 'NO_REPORT' });
      expect(readFileSync(other.join(path), 'utf8')).toBe(text);
      rmSync(other.join(path));
    }
    for (const bad of ['', '.', `${other.path}/..`])
      await expect(writeReport({ from, out: bad })).rejects.toMatchObject({ code: 'NO_REPORT', kind: 'request' });
    // The file or the folder itself may be given.
    expect(await checkReport({ out: `${out}/` })).toEqual([]);
    expect(await checkReport({ out: `${out}.md` })).toEqual([]);
  });

  test('is not what its summaries make with a result too many, one too few, or a summary too few', async () => {
    const results = 'docs/loop-report/leaderboard/results';
    const name = `${results}/${readResultName(folder, results)}`;
    const before = read(name);
    writeFileSync(folder.join(`${results}/other.json`), before);
    expect(await checkReport({ out })).toContainEqual({
      place: folder.join(`${results}/other.json`),
      what: 'No summary makes it.',
    });
    await expect(
      writeReport({ from: [folder.join('docs/loop-report/summaries/seed-11.json')], out }),
    ).rejects.toMatchObject({
      code: 'SUMMARIES_DIFFER',
    });
    rmSync(folder.join(`${results}/other.json`));
    rmSync(folder.join(name));
    expect(await checkReport({ out })).toContainEqual({ place: folder.join(name), what: 'It is not there.' });
    writeFileSync(folder.join(name), before);
    const summary = 'docs/loop-report/summaries/seed-15.json';
    const text = read(summary);
    rmSync(folder.join(summary));
    const places = (await checkReport({ out })).map(({ place }) => place);
    writeFileSync(folder.join(summary), text);
    expect(places).toContain(`${out}.md`);
    expect(await checkReport({ out })).toEqual([]);
    expect(await checkReport({ out: folder.join('nothing') })).toHaveLength(1);
  });
});

describe('the summary of a loop that ran', () => {
  const letters = 'cwcc';
  const evaluation = { accuracy: 0.75, problems: 4, letters, bySteps: { '1': { problems: 4, correct: 3 } } };

  function makeStep(name: string, after: readonly string[], figures: Step['settings'] = {}): Step {
    const kind = name.startsWith('evaluate-') ? 'evaluate' : 'rows';
    return {
      ...{ name, kind, version: 1, after, settings: { size: 4 } },
      run: async ({ folder, seed }) => {
        writeFileSync(`${folder}/made.txt`, `${name} of ${seed}`);
        if (kind === 'evaluate') writeFileSync(`${folder}/journal.jsonl`, `${name}\n`);
        return { files: { made: 'made.txt' }, figures };
      },
    };
  }

  const recipe = {
    name: 'tiny',
    description: 'For a test.',
    steps: [makeStep('rows-full', [], { rows: 9 }), makeStep('evaluate-full', ['rows-full'], evaluation)],
  };

  test('holds its settings, its run ids, its figures and where its journals lie, and is sound', async () => {
    using folder = makeTemporaryFolder();
    const done = await runLoop({ recipe, folder: folder.path, seed: 7 });
    const summary = await collectSummary(folder.path);
    expect(parseSummary(JSON.stringify(summary), 'x')).toEqual(summary);
    expect(summary).toMatchObject({ loop: 'tiny', seed: 7, results: {} });
    expect(summary.settings.steps['rows-full']).toEqual({ kind: 'rows', version: 1, after: [], settings: { size: 4 } });
    expect(summary.settings).not.toHaveProperty('seed');
    expect(summary.steps.map(({ run }) => run)).toEqual([...done.values()].map((entry) => digest(entry)));
    expect(summary.trace['evaluate-full']).toEqual({
      folder: 'steps/evaluate-full',
      journals: { 'journal.jsonl': sha256Hex('evaluate-full\n') },
    });
    const again = await collectSummary(folder.path);
    expect(again).toEqual(summary);
    using other = makeTemporaryFolder();
    await runLoop({ recipe, folder: other.path, seed: 8 });
    expect((await collectSummary(other.path)).settingsSha256).toBe(summary.settingsSha256);
    const report = makeReport({ summaries: [summary, await collectSummary(other.path)] });
    expect(report.arms[0]?.accuracy).toMatchObject({ bySeed: [0.75, 0.75], mean: 0.75 });
  });

  test('holds the rows of the leaderboard, as their steps wrote them', async () => {
    using folder = makeTemporaryFolder();
    const [made] = await makeSummaries({ arms: few, seeds: [5] });
    const { steps, results } = made as LoopSummary;
    const evaluated = steps.find(({ step }) => step === 'evaluate-full')?.figures ?? {};
    const row: Step = {
      ...makeStep('row-full', ['evaluate-full']),
      run: async (context) => {
        writeFileSync(`${context.folder}/result.json`, renderResult(results.full as ResultFile));
        return { files: { result: 'result.json' } };
      },
    };
    await runLoop({
      recipe: { ...recipe, steps: [makeStep('evaluate-full', [], evaluated), row] },
      folder: folder.path,
    });
    const summary = await collectSummary(folder.path);
    expect(summary.results).toEqual({ full: results.full });
    const text = JSON.stringify(summary);
    const other = text.replace('"replies":"asked"', '"replies":"recorded"');
    expect(() => parseSummary(other, 'x')).toThrow("is not the file that step 'row-full' made");
    appendFileSync(folder.join('steps/row-full/result.json'), ' ');
    await expect(collectSummary(folder.path)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });

  test('is refused of a loop whose students were asked benchmarks', async () => {
    using folder = makeTemporaryFolder();
    const scores = { 'math-500': { accuracy: 0.5, problems: 500 } };
    await runLoop({ recipe: { ...recipe, steps: [makeStep('evaluate-llama', [], { scores })] }, folder: folder.path });
    await expect(collectSummary(folder.path)).rejects.toMatchObject({
      code: 'NO_REPORT',
      message: expect.stringContaining(folder.join('steps/board')),
    });
  });

  test('is refused while the loop is not at its end, or a step was made again since', async () => {
    using folder = makeTemporaryFolder();
    const stop = new AbortController();
    const [first, second] = recipe.steps as [Step, Step];
    const stopped = {
      ...first,
      run: async (context: Parameters<Step['run']>[0]) => {
        stop.abort();
        return await first.run(context);
      },
    };
    await expect(
      runLoop({ recipe: { ...recipe, steps: [stopped, second] }, folder: folder.path, stop: stop.signal }),
    ).rejects.toThrow();
    await expect(collectSummary(folder.path)).rejects.toMatchObject({ code: 'LOOP_UNFINISHED', kind: 'request' });
    await runLoop({ recipe, folder: folder.path });
    await collectSummary(folder.path);
    const line = { step: 'rows-full', inputs: {}, files: {}, figures: { rows: 10 } };
    appendFileSync(folder.join('steps.jsonl'), `${JSON.stringify(line)}\n`);
    await expect(collectSummary(folder.path)).rejects.toThrow("Step 'rows-full' was made again since");
    await expect(collectSummary(folder.join('nowhere'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('is refused where an evaluation does not say what a report needs', async () => {
    using folder = makeTemporaryFolder();
    const short = { ...evaluation, letters: 'cwc' };
    const steps = [makeStep('evaluate-full', [], short)];
    await runLoop({ recipe: { ...recipe, steps }, folder: folder.path });
    const summary = await collectSummary(folder.path);
    expect(() => makeReport({ summaries: [summary] })).toThrow('there is not one letter for each problem');
  });
});

function readResultName(folder: TemporaryFolder, results: string): string {
  const { tables } = JSON.parse(readFileSync(folder.join(`${results}/../LEADERBOARD.json`), 'utf8'));
  return tables[0].measured[0].file;
}
