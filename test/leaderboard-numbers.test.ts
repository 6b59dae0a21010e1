import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Board, MeasuredRow } from '@scalequest/eval';
import { expect, test } from 'vitest';
import { findChromium, launchChromium } from './support/find-chromium.ts';
import { openPage } from './support/page-checks.ts';

const folder = join(import.meta.dirname, '..', 'leaderboard');
const missing = findChromium();

/** What the page shows of one benchmark, read from what the browser made of it. */
interface Shown {
  readonly benchmark: string;
  readonly problems: string;
  /** By kind of rows, in the order of the tables: what stands under which heading. */
  readonly rows: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
  readonly charts: readonly {
    readonly title: string;
    /** Label and place in per cent of the width. */
    readonly ticks: readonly (readonly [label: string, place: number])[];
    readonly strips: readonly {
      readonly row: string;
      readonly value: string;
      readonly words: string;
      readonly marks: readonly { readonly kind: string; readonly places: readonly number[] }[];
    }[];
  }[];
}

const readPage = `(() => {
  const place = (text) => Number.parseFloat(text);
  const places = (mark) => ['cx', 'x1', 'x2', 'x'].map((name) => mark.getAttribute(name)).filter((text) => text !== null).map(place);
  const plain = (element) => element.innerText.replaceAll(/\\s+/g, ' ').trim();
  for (const details of document.querySelectorAll('details')) details.open = true;
  return [...document.querySelectorAll('section[data-benchmark]')].map((section) => ({
    benchmark: section.dataset.benchmark,
    problems: plain(section.querySelector('.note')),
    rows: Object.fromEntries([...section.querySelectorAll('[data-kind]')].map((part) => [part.dataset.kind,
      [...part.querySelectorAll('tbody tr')].map((row) =>
        Object.fromEntries([...row.cells].map((cell) => [cell.dataset.label, plain(cell)])))])),
    charts: [...section.querySelectorAll('figure')].map((figure) => ({
      title: plain(figure.querySelector('b')),
      ticks: [...figure.querySelectorAll('.axis text')].map((tick) => [tick.textContent, place(tick.getAttribute('x'))]),
      strips: [...figure.querySelectorAll('li')].map((strip) => ({
        row: strip.dataset.row,
        value: plain(strip.querySelector('.value')),
        words: strip.querySelector('title').textContent,
        marks: [...strip.querySelectorAll('circle, line:not(.grid, .limit), svg[x]')].map((mark) =>
          ({ kind: mark.getAttribute('class') ?? 'diamond', places: places(mark) })),
      })),
    })),
  }));
})()`;

const percent = (share: number): string => {
  const text = (100 * share).toFixed(1);
  if (text === '0.0' && share !== 0) return '<0.1';
  return text === '100.0' && share !== 1 ? '>99.9' : text;
};
const count = (value: number): string => value.toLocaleString('en-US');

function describeScore({ score, interval, correct, samples, epochs, bounds, passAtK }: MeasuredRow): string {
  return [
    `${percent(score)} % ${percent(interval.low)} – ${percent(interval.high)} ${count(correct)} of ${count(samples)}`,
    ...(epochs === 1 ? [] : [`${epochs} epochs`]),
    ...(bounds.high === bounds.low ? [] : [`bounds ${percent(bounds.low)} – ${percent(bounds.high)}`]),
    ...Object.entries(passAtK).flatMap(([k, share]) => (k === '1' ? [] : [`pass@${k} ${percent(share)} %`])),
  ].join(' ');
}

test.skipIf(missing !== null)(
  "every number of this repository's page is that of its LEADERBOARD.json, and on a phone no name in a chart is cut",
  async () => {
    const board = JSON.parse(readFileSync(join(folder, 'LEADERBOARD.json'), 'utf8')) as Board;
    const browser = await launchChromium();
    const faults: string[] = [];
    const page = await openPage(browser, pathToFileURL(join(folder, 'index.html')).href, { faults, width: 360 });
    const shown = await page.evaluate<readonly Shown[]>(readPage);
    const cut = await page.evaluate<readonly string[]>(`[...document.querySelectorAll('figure .name')]
      .filter((name) => name.scrollWidth > name.clientWidth || name.scrollHeight > name.clientHeight + 1)
      .map((name) => name.textContent)`);
    await browser.close();
    // What tells two models apart is often the end of their names.
    expect(cut).toEqual([]);
    expect(faults).toEqual([]);
    expect(shown.map(({ benchmark }) => benchmark)).toEqual(board.tables.map(({ benchmark }) => benchmark));

    for (const [i, { problems, measured, reported }] of board.tables.entries()) {
      const { rows, charts, ...section } = shown[i] as Shown;
      expect(Number.parseInt(section.problems.replaceAll(',', ''), 10)).toBe(problems);
      expect(rows.measured ?? []).toHaveLength(measured.length);
      expect(rows.reported ?? []).toHaveLength(reported.length);
      for (const [at, row] of measured.entries()) {
        const cells = rows.measured?.[at] ?? {};
        const { best, worst } = row.rank;
        expect(cells.Model).toContain(row.model);
        expect(cells.Places).toBe(`${best}${best === worst ? '' : ` – ${worst}`} group ${row.groups.join(' ')}`);
        expect(cells.Score).toBe(describeScore(row));
        for (const [title, rate] of [
          ['Truncated', row.rates.truncated],
          ['No answer', row.rates['no-answer']],
          ['Undecided', row.rates.undecided],
          ['Error', row.rates.error],
        ] as const)
          expect(cells[title]?.split(' over ')[0]).toBe(`${percent(rate)} %`);
        const { 'source-label': label, ...graders } = row.graders;
        if (label !== undefined)
          expect(cells['Source label']).toBe(`${percent(label.accuracy)} % ${count(label.correct)} correct`);
        if (Object.keys(graders).length > 1) {
          const spread = `${(100 * (row.spread.max - row.spread.min)).toFixed(1)} ${percent(row.spread.min)} – ${percent(row.spread.max)} `;
          expect(cells['Grader spread']?.startsWith(spread)).toBe(true);
          for (const [name, { accuracy }] of Object.entries(graders))
            expect(cells['Grader spread']?.replace(' (the score)', '')).toContain(`${name} ${percent(accuracy)} %`);
        }
        if (row.protocol !== null)
          expect(cells.Protocol).toBe(`${row.protocol.label} ${row.protocol.sha256.slice(0, 10)}`);
        if (row.tokens !== null)
          expect(cells.Tokens).toBe(`${count(row.tokens.completion)} ${count(row.tokens.prompt)} in prompts`);
      }
      for (const [at, { model, percent: value, digits, source }] of reported.entries())
        expect(rows.reported?.[at]).toMatchObject({
          Model: model,
          Reported: `reported ${value.toFixed(digits)} %`,
          'Published in': source,
        });

      for (const { title, ticks, strips } of charts) {
        const [[first, begin], [last, end]] = [ticks[0], ticks.at(-1)] as [[string, number], [string, number]];
        /** What a mark stands for, by the labels of the axis. */
        const read = (place: number): number =>
          Number(first) + (place === begin ? 0 : ((place - begin) / (end - begin)) * (Number(last) - Number(first)));
        const columns = new Map(ticks);
        for (const strip of strips) {
          const [kind, at] = strip.row.split('-') as [string, string];
          const places = (name: string): readonly number[] =>
            strip.marks.flatMap((mark) => (mark.kind.startsWith(name) ? mark.places : []));
          const expectMarks = (name: string, shares: readonly number[]): void => {
            const values = places(name)
              .map(read)
              .toSorted((a, b) => a - b);
            expect(values).toHaveLength(shares.length);
            shares
              .toSorted((a, b) => a - b)
              .forEach((share, mark) => void expect(values[mark]).toBeCloseTo(100 * share, 1));
          };
          const row = measured[Number(at)];
          const value = reported[Number(at)];
          if (kind === 'reported') {
            expect(title).toContain('core');
            expectMarks('diamond', [(value?.percent ?? Number.NaN) / 100]);
            expect(strip.value).toBe(value?.percent.toFixed(value.digits));
            expect(strip.words).toContain(`Reported ${strip.value} %`);
          } else if (row === undefined) {
            expect.unreachable(`${title} has a strip of no row`);
          } else if (title.startsWith('Score')) {
            expectMarks('dot', [row.score]);
            expectMarks('interval', [row.interval.low, row.interval.high]);
            expect(strip.value).toBe(percent(row.score));
          } else if (title.startsWith('Groups')) {
            expect(strip.words).toBe(`Group ${row.groups.join(', ')}`);
            // Of many groups only some columns have their letter.
            for (const [group, place] of row.groups.map((letter, nth) => [letter, places('dot')[nth]] as const))
              expect(columns.get(group) ?? place).toBe(place);
            expect(places('dot')).toHaveLength(row.groups.length);
          } else if (title.startsWith('Graders')) {
            const { 'source-label': label, ...graders } = row.graders;
            expectMarks('dot first', [row.score]);
            expectMarks(
              'dot',
              Object.values(graders).map(({ accuracy }) => accuracy),
            );
            expectMarks('diamond', label === undefined ? [] : [label.accuracy]);
            expectMarks('interval', [row.spread.min, row.spread.max]);
          } else if (title.startsWith('Truncated')) {
            expectMarks('bar', [0, row.rates.truncated]);
            expect(strip.value).toBe(percent(row.rates.truncated));
          } else expect(title).toContain('Cost');
        }
      }
    }
  },
);
