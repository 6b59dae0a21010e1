import { describe, expect, test } from 'vitest';
import type { Board, BoardTable, MeasuredRow } from '../board.ts';
import { hardBoard, hostileName, makeMeasured, makeReported } from './__fixtures__/hard-board.ts';
import { renderPage } from './render-page.ts';

function makeBoard(table: Partial<BoardTable>): Board {
  const whole = { benchmark: 'math', title: 'MATH', problems: 5000, measured: [], reported: [], ...table };
  return { format: 1, tables: [whole], notes: [] };
}

const page = renderPage(hardBoard);

/** The text of an element's inside, the markup gone. */
const textOf = (markup: string): string =>
  markup
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The cells of the first row whose text holds the model, by their labels. */
function readRow(html: string, model: string): Record<string, string> {
  const row = html.match(/<tr role="row" data-row[\s\S]*?<\/tr>/g)?.find((each) => each.includes(model)) ?? '';
  const cells = [...row.matchAll(/data-label="([^"]*)"[^>]*><div>([\s\S]*?)<\/div><\/t/g)];
  return Object.fromEntries(cells.map(([, label, content]) => [label, textOf(content as string)]));
}

describe('the page of the leaderboard', () => {
  test('is the same to the byte whenever it is made, and whatever the order of the graders', () => {
    expect(renderPage(structuredClone(hardBoard))).toBe(page);
    const turned = structuredClone(hardBoard);
    for (const row of turned.tables.flatMap(({ measured }) => measured))
      Object.assign(row, { graders: Object.fromEntries(Object.entries(row.graders).reverse()) });
    expect(renderPage(turned)).toBe(page);
  });

  test('loads nothing: no address but its own icon, no source, no import', () => {
    const inert = page.replaceAll(/&[a-z#0-9]+;/g, '');
    expect(inert.match(/\s(?:src|href|srcset|action)="(?!#|data:image)[^"]*/g)).toBe(null);
    expect(inert).not.toMatch(/@import|url\(|\bimport[ ({]/);
    expect(page).not.toContain('\r');
  });

  test('escapes every text of the board', () => {
    expect(page).not.toContain('<img');
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(page).not.toContain('"quoted"');
    expect(page).toContain('OlympiadBench &lt;b&gt;text &amp; answer&lt;/b&gt;');
    expect(page).toContain('Left out: half a benchmark &amp; &lt;i&gt;all&lt;/i&gt; of its rows.');
    const escaped = hostileName.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const shown = escaped.replaceAll('"', '&quot;').replaceAll("'", '&#39;');
    // In a chart's row and its hint, in the table, in its sort key, as source, licence and note.
    expect(page.split(shown).length).toBeGreaterThan(12);
  });

  test('writes characters that hide or turn text as what they are', () => {
    expect(page).not.toContain('\u202e');
    expect(page).toContain('نموذج الرياضيات [U+202E] evil');
    const html = renderPage(makeBoard({ reported: [makeReported({ model: 'a\u0000b\u200bc\nd', percent: 1 })] }));
    expect(html).toContain('a[U+0000]b[U+200B]c d');
  });

  test('shows score, interval, count, bounds, epochs and pass@k', () => {
    const measured = [
      makeMeasured({
        model: 'one',
        correct: 400,
        interval: { method: 'wilson', level: 0.95, low: 0.7626, high: 0.8328 },
        bounds: { low: 0.8, high: 0.81 },
        epochs: 4,
        passAtK: { '1': 0.8, '2': 0.85, '4': 0.9 },
        rank: { best: 2, worst: 5 },
        groups: ['a', 'b', 'e'],
      }),
      makeMeasured({ model: 'two', correct: 400, samples: 500 }),
    ];
    const html = renderPage(makeBoard({ measured }));
    expect(readRow(html, 'one')).toMatchObject({
      Places: '2 – 5 group a b e',
      Score: '80.0 % 76.3 – 83.3 400 of 500 4 epochs bounds 80.0 – 81.0 pass@2 85.0 % pass@4 90.0 %',
    });
    expect(readRow(html, 'two')).toMatchObject({ Places: '1 group a' });
    expect(readRow(html, 'two').Score).not.toContain('bounds');
    expect(html).toContain('<title>Score 80.0 %, interval 76.3 % to 83.3 %, places 2 to 5</title>');
  });

  test('marks what carries a mark, and nothing else', () => {
    const rates = { 'no-answer': 0, truncated: 0.06, undecided: 0.0201, error: 0.0004 };
    const html = renderPage(
      makeBoard({
        measured: [
          makeMeasured({ model: 'marked', correct: 1, rates, marks: ['truncated', 'undecided'] }),
          makeMeasured({ model: 'clean', correct: 1 }),
        ],
      }),
    );
    expect(readRow(html, 'marked')).toMatchObject({
      Truncated: '6.0 % over 5 %',
      Undecided: '2.0 % over 2 %',
      'No answer': '0.0 %',
      Error: '&lt;0.1 %',
    });
    expect(readRow(html, 'clean')).toMatchObject({ Truncated: '1.2 %', Undecided: '0.0 %' });
  });

  test('sets the label of the source apart from the graders, and lists each of them', () => {
    const row = readRow(page, 'organisation-with-a-long-name');
    expect(row['Grader spread']).toMatch(/^9\.6 71\.6 – 81\.2 8 graders ours@3 \(the score\) 80\.4 % dart@1 78\.6 %/);
    expect(row['Grader spread']).not.toContain('label');
    expect(row['Source label']).toBe('81.6 % 408 correct');
    expect(row.Protocol).toBe('not said');
    expect(row.Model).toContain('replies recorded, CC-BY-4.0 huggingface.co/datasets/someone/recorded-replies');
    expect(row.Model).toContain('temperature 0 is likely');
    expect(page).toContain('label of the source 81.6 %</title>');
  });

  test('shows every label of a source that has several graders, and none of them as a grader', () => {
    const judge = (correct: number) => makeMeasured({ model: '', correct }).graders['ours@3'];
    const graders = {
      'ours@3': judge(400),
      'source-label': judge(390),
      'source-label.exact_match,strict-match': judge(410),
    } as MeasuredRow['graders'];
    const html = renderPage(makeBoard({ measured: [makeMeasured({ model: 'm', correct: 400, graders })] }));
    const row = readRow(html, 'only ours@3');
    expect(row['Source label']).toBe('78.0 % 390 correct exact_match,strict-match 82.0 %');
    expect(row['Grader spread']).toBe('only ours@3');
    expect(html).toContain('label of the source 78.0 %, label of the source, exact_match,strict-match, 82.0 %</title>');
  });

  test('shows the protocol with a short hash, tokens and cost, and what is not known as such', () => {
    const row = readRow(page, '通义千问');
    expect(row.Protocol).toBe('scalequest@1 c0ffee12c0');
    expect(row.Tokens).toBe('1,234,567 61,234 in prompts');
    expect(row.Cost).toBe('0.0734 0.15 in, 0.6 out');
    expect(readRow(page, 'perfect')).toMatchObject({ Tokens: '– not known', Cost: '– not known' });
  });

  test('spreads of as many samples are sorted as the same', () => {
    const spreads = [
      [1065, 1067],
      [1118, 1120],
      [2, 4],
    ].map(([min = 0, max = 0]) => ({ min: min / 1319, max: max / 1319 }));
    const measured = spreads.map((spread, i) => makeMeasured({ model: `m${i}`, correct: 400, spread }));
    const html = renderPage(makeBoard({ measured }));
    const keys = [...html.matchAll(/data-label="Grader spread" data-sort="([^"]*)"/g)].map(([, key]) => key);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(new Set(spreads.map(({ min, max }) => max - min)).size).toBeGreaterThan(1);
  });

  test('leaves out a column of which no row has a value', () => {
    const html = renderPage(makeBoard({ measured: [makeMeasured({ model: 'm', correct: 1 })] }));
    expect(Object.keys(readRow(html, 'data-row'))).not.toEqual(expect.arrayContaining(['Cost']));
    expect(html).not.toMatch(/data-column="(cost|tokens|source-label)"/);
    expect(html).toContain('data-column="error"');
  });

  test('keeps reported values in a table of their own, without place and interval', () => {
    const html = renderPage(
      makeBoard({
        measured: [makeMeasured({ model: 'ours', correct: 100 })],
        reported: [makeReported({ model: 'theirs', percent: 73.4, notes: ['No k of 5000 gives it.'] })],
      }),
    );
    const [measured, reported] = html.split('<div data-kind="reported"');
    expect(measured?.split('<div data-kind="measured"')[1]).not.toContain('theirs');
    expect(reported).not.toContain('>ours<');
    expect(readRow(html, 'theirs')).toEqual({
      Model: 'theirs',
      Reported: 'reported 73.4 %',
      'Published in': 'arXiv 2410.18693v2, table 1',
      Notes: 'No k of 5000 gives it.',
    });
    expect(html).toContain('<title>Reported 73.4 % in arXiv 2410.18693v2, table 1, not measured here</title>');
    expect(html.match(/class="diamond"/g)).toHaveLength(2);
  });

  test('draws scores of 0 and 1 inside the chart, and as many strips as rows', () => {
    const html = renderPage(
      makeBoard({
        measured: [makeMeasured({ model: 'all', correct: 500 }), makeMeasured({ model: 'none', correct: 0 })],
      }),
    );
    const [chart] = html.split('<b>Groups that');
    const places = [...(chart as string).matchAll(/(?:cx|x1|x2)="([\d.-]+)%"/g)].map(([, place]) => Number(place));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...places)).toBeLessThanOrEqual(95);
    expect(places).toEqual(expect.arrayContaining([5, 95]));
    expect((chart as string).match(/<li data-row=/g)).toHaveLength(2);
    expect(/<main[\s\S]*<\/main>/.exec(html)?.[0]).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('puts tables with measured rows first, and tells benchmarks of one title apart', () => {
    const reported = [makeReported({ model: 'r', percent: 50 })];
    const table = { title: 'GSM8K', problems: 1319, measured: [], reported };
    const tables = [
      { ...table, benchmark: 'gsm8k' },
      { ...table, benchmark: 'gsm8k-5shot', measured: [makeMeasured({ model: 'm', correct: 1 })] },
      { ...table, benchmark: 'math', title: 'MATH' },
    ];
    const html = renderPage({ format: 1, tables, notes: [] });
    const titles = [...html.matchAll(/<h2 id="benchmark-[^>]*>([^<]*)/g)].map(([, title]) => title);
    expect(titles).toEqual(['GSM8K (gsm8k-5shot)', 'GSM8K (gsm8k)', 'MATH']);
  });

  test('the chart of truncation has the rows with truncated replies, and counts the others', () => {
    const rates = { 'no-answer': 0, truncated: 0, undecided: 0, error: 0 };
    const measured = [
      makeMeasured({ model: 'whole', correct: 2, rates }),
      makeMeasured({ model: 'cut', correct: 1, rates: { ...rates, truncated: 0.25 } }),
    ];
    const [, chart] = renderPage(makeBoard({ measured })).split('<b>Truncated replies');
    const strips = chart?.split('</figure>')[0];
    expect(strips?.match(/data-row="[^"]*"/g)).toEqual(['data-row="measured-1"']);
    expect(strips).toContain('<title>25.0 % truncated</title>');
    expect(strips).toContain('none in 1 other row');
  });

  test('the chart of groups puts rows that cannot be told apart into one column', () => {
    const measured = [['a'], ['a', 'aa'], ['aa']].map((groups, i) =>
      makeMeasured({ model: `m${i}`, correct: 300 - i, groups }),
    );
    const [, chart] = renderPage(makeBoard({ measured })).split('<b>Groups that');
    const strips = [...(chart?.split('</figure>')[0]?.matchAll(/<li[\s\S]*?<\/li>/g) ?? [])].map(([strip]) => strip);
    const columns = strips.map((strip) => [...strip.matchAll(/cx="([^"]*)"/g)].map(([, at]) => at));
    expect(columns).toEqual([['27.50%'], ['27.50%', '72.50%'], ['72.50%']]);
    expect(strips[1]).toContain('<title>Group a, aa</title>');
  });

  test('the chart of costs has the rows whose cost is known, and counts the others', () => {
    const measured = [
      makeMeasured({ model: 'free', correct: 2, cost: { total: 0, priceIn: 0, priceOut: 0 } }),
      makeMeasured({ model: 'dear', correct: 1, cost: { total: 1234.5, priceIn: 15, priceOut: 75 } }),
      makeMeasured({ model: 'own', correct: 1 }),
    ];
    const [, chart] = renderPage(makeBoard({ measured })).split('<b>Cost');
    const strips = chart?.split('</figure>')[0];
    expect(strips?.match(/<title>[^<]*/g)).toEqual([
      '<title>Cost 0, at 0 a million tokens in and 0 out',
      '<title>Cost 1,234.5, at 15 a million tokens in and 75 out',
    ]);
    expect(strips).toContain('not known of 1 other row');
  });

  test('prints a reported value with the digits that it was published with', () => {
    const reported = [
      makeReported({ model: 'whole', percent: 91, digits: 1 }),
      makeReported({ model: 'fine', percent: 36.5, digits: 2 }),
      makeReported({ model: 'rough', percent: 80, digits: 0 }),
    ];
    const html = renderPage(makeBoard({ reported }));
    const printed = reported.map(({ model }) => readRow(html, model).Reported);
    expect(printed).toEqual(['reported 91.0 %', 'reported 36.50 %', 'reported 80 %']);
    expect(html).toContain('<span class="value" aria-hidden="true">91.0</span>');
    expect(html).toContain('<title>Reported 36.50 % in');
  });

  test('draws no chart of graders where there is one, and none of truncation where nothing was cut', () => {
    const rates = { 'no-answer': 0, truncated: 0, undecided: 0, error: 0 };
    const html = renderPage(makeBoard({ measured: [makeMeasured({ model: 'm', correct: 1, rates })] }));
    expect(html.match(/<figure/g)).toHaveLength(1);
  });

  test('an empty board and an empty table are pages too', () => {
    expect(renderPage({ format: 1, tables: [], notes: [] })).toContain('There is no result yet.');
    expect(renderPage(makeBoard({}))).toContain('There is no row yet.');
  });
});
