import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hardBoard } from '../packages/eval/src/leaderboard/page/__fixtures__/hard-board.ts';
import { renderPage } from '../packages/eval/src/leaderboard/page/render-page.ts';
import { findChromium, launchChromium } from './support/find-chromium.ts';
import {
  expectPolicy,
  expectThemes,
  expectThemesWithoutStorage,
  type Look,
  openPage,
  testLooks,
  walkByKeyboard,
} from './support/page-checks.ts';

const missing = findChromium();

/** Rows alike take the browser and the checker long and tell them nothing; twenty still make a chart that scrolls. */
const tables = hardBoard.tables.map((table) => ({ ...table, measured: table.measured.slice(0, 20) }));
const rowCount = tables.reduce((sum, { measured, reported }) => sum + measured.length + reported.length, 0);
const math = 'table[data-table="math-500:measured"]';
const many = 'table[data-table="gsm8k:measured"]';

describe.skipIf(missing !== null)('the page of the leaderboard, opened from a folder', () => {
  let folder: TemporaryFolder;
  let browser: Browser;
  let url: string;
  const faults: string[] = [];
  beforeAll(async () => {
    folder = makeTemporaryFolder();
    const path = join(folder.path, 'index.html');
    writeFileSync(path, renderPage({ ...hardBoard, tables }));
    writeFileSync(join(folder.path, 'long.html'), renderPage(hardBoard));
    url = pathToFileURL(path).href;
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    folder?.[Symbol.dispose]();
  });
  afterEach(() => expect(faults.splice(0)).toEqual([]));

  async function open({
    hash = '',
    file = 'index.html',
    ...look
  }: Look & { readonly hash?: string; readonly file?: string } = {}) {
    return await openPage(browser, new URL(`${file}${hash}`, url).href, { faults, ...look });
  }

  const cells = async (page: Page, table: string, column: string): Promise<readonly string[]> =>
    (await page.locator(`${table} tbody [data-label="${column}"]`).allInnerTexts()).map(
      (text) => text.split('\n')[0] as string,
    );
  const heading = (page: Page, table: string, name: string) => page.locator(`${table} th[data-column="${name}"]`);
  const shownRows = (page: Page): Promise<number> => page.locator('tbody tr:visible').count();
  const shownStrips = (page: Page): Promise<number> => page.locator('.strips li:not([hidden])').count();

  test('a heading sorts its own table, and again the other way round', async () => {
    const page = await open();
    expect(await cells(page, math, 'Truncated')).toEqual(['0.0 %', '1.2 %', '1.2 %', '1.2 %', '31.4 %', '1.2 %']);
    expect(await heading(page, math, 'score').getAttribute('aria-sort')).toBe('descending');
    await heading(page, math, 'truncated').getByRole('button').click();
    expect(await cells(page, math, 'Truncated')).toEqual(['31.4 %', '1.2 %', '1.2 %', '1.2 %', '1.2 %', '0.0 %']);
    expect(await heading(page, math, 'truncated').getAttribute('aria-sort')).toBe('descending');
    expect(await page.locator(`${math} [aria-sort]`).count()).toBe(1);
    expect(await heading(page, many, 'score').getAttribute('aria-sort')).toBe('descending');
    await heading(page, math, 'truncated').getByRole('button').click();
    expect(await cells(page, math, 'Truncated')).toEqual(['0.0 %', '1.2 %', '1.2 %', '1.2 %', '1.2 %', '31.4 %']);
    expect(await page.locator('#said').textContent()).toContain('ascending');
    await page.close();
  });

  test('rows of one value keep their order, and a value that is not known stands last either way', async () => {
    const page = await open();
    const cost = heading(page, math, 'cost').getByRole('button');
    await cost.click();
    expect((await cells(page, math, 'Cost')).slice(0, 2)).toEqual(['0.0734', '12,345.68']);
    await cost.click();
    expect((await cells(page, math, 'Cost')).slice(0, 2)).toEqual(['12,345.68', '0.0734']);
    const models = await cells(page, math, 'Model');
    expect(models.slice(0, 3)).toEqual(['nothing-right', '通义千问-数学-七十二亿参数指令模型', 'perfect']);
    await page.close();
  });

  test('numbers are sorted as numbers, and names by the numbers in them', async () => {
    const page = await open({ file: 'long.html' });
    await heading(page, many, 'score').getByRole('button').click();
    const scores = (await cells(page, many, 'Score')).map((text) => Number.parseFloat(text));
    expect(scores).toHaveLength(100);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    await heading(page, many, 'places').getByRole('button').click();
    expect((await cells(page, many, 'Places')).slice(0, 4)).toEqual(['1 – 4', '1 – 5', '1 – 6', '1 – 7']);
    await page.close();
  });

  test('the keyboard reaches and sorts all of it, with a visible focus', async () => {
    const page = await open({ hash: '#benchmark=math-500' });
    const reached = await walkByKeyboard(page, async (place) => {
      if (place === 'Truncated') await page.keyboard.press('Enter');
      if (place === 'Error') await page.keyboard.press('Space');
    });
    const places = [
      'theme',
      'search',
      'benchmark',
      'kind',
      'Reset',
      'Places',
      'Score',
      'Cost',
      'replies recorded, CC-BY-4.0',
      '8 graders',
    ];
    expect(reached).toEqual(expect.arrayContaining(places));
    expect(await heading(page, math, 'error').getAttribute('aria-sort')).toBe('descending');
    expect(decodeURIComponent(page.url())).toContain('sort=math-500:measured:error:descending');
    await page.close();
  });

  test('the focus stays on the heading that sorts', async () => {
    const page = await open();
    const button = heading(page, math, 'model').getByRole('button');
    await button.focus();
    await page.keyboard.press('Enter');
    expect(await button.evaluate((element) => element.matches(':focus'))).toBe(true);
    await page.close();
  });

  test('text, benchmark and kind filter tables and charts alike', async () => {
    const page = await open();
    expect(await shownRows(page)).toBe(rowCount);
    const strips = await shownStrips(page);
    await page.fill('#search', '  MODEL-01  7b');
    const found = tables[1]?.measured.filter(({ model }) => model.includes('model-01') && /7b/i.test(model));
    expect(found?.length).toBeGreaterThan(0);
    expect(await shownRows(page)).toBe(found?.length);
    expect(await shownStrips(page)).toBe(4 * (found?.length ?? 0));
    expect(await page.locator('section[data-benchmark]:visible').count()).toBe(1);
    expect(await page.locator('nav li:visible').allTextContents()).toEqual(['GSM8K']);
    expect(await page.locator('#count').textContent()).toBe(`${found?.length} of ${rowCount} rows`);
    await page.fill('#search', '');
    await page.selectOption('#benchmark', 'math-500');
    expect(await shownRows(page)).toBe(8);
    await page.getByRole('radio', { name: 'Reported' }).check();
    expect(await shownRows(page)).toBe(2);
    expect(await page.locator('figure:visible figcaption b').allTextContents()).toEqual([
      'Score, %, with 95 % interval',
    ]);
    await page.selectOption('#benchmark', '');
    expect(await shownRows(page)).toBe(3);
    await page.fill('#search', 'nowhere');
    expect(await shownRows(page)).toBe(0);
    expect(await page.locator('#nothing').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Reset' }).click();
    await expect.poll(() => shownRows(page)).toBe(rowCount);
    expect(await shownStrips(page)).toBe(strips);
    expect(new URL(page.url()).hash).toBe('');
    await page.close();
  });

  test('a name of another script and of other letters is found', async () => {
    const page = await open();
    await page.fill('#search', '通义千问');
    expect(await shownRows(page)).toBe(1);
    await page.fill('#search', '<img src=x');
    expect(await shownRows(page)).toBe(2);
    await page.close();
  });

  test('a row is found by its benchmark and by the whole hash of its protocol', async () => {
    const page = await open();
    await page.fill('#search', 'math-500 qwen');
    expect(await cells(page, 'section:not([hidden])', 'Model')).toContain('Qwen2-Math-7B-ScaleQuest');
    expect(await page.locator('section[data-benchmark]:visible').count()).toBe(1);
    await page.fill('#search', '0123456789abcdef'.repeat(4));
    expect(await shownRows(page)).toBe(1);
    await page.close();
  });

  test('the address holds the state, and whoever opens it sees the same', async () => {
    const page = await open();
    await page.fill('#search', 'model & 1');
    await page.selectOption('#benchmark', 'gsm8k');
    await page.getByRole('radio', { name: 'Measured' }).check();
    await page.fill('#search', 'model-01');
    await heading(page, many, 'truncated').getByRole('button').click();
    const other = await browser.newPage();
    await other.goto(page.url());
    expect(await other.locator('#search').inputValue()).toBe('model-01');
    expect(await other.locator('#benchmark').inputValue()).toBe('gsm8k');
    expect(await other.locator('[name=kind]:checked').inputValue()).toBe('measured');
    expect(await heading(other, many, 'truncated').getAttribute('aria-sort')).toBe('descending');
    expect(await other.locator(`${many} tbody tr:visible .model`).allTextContents()).toEqual(
      await page.locator(`${many} tbody tr:visible .model`).allTextContents(),
    );
    expect(await shownRows(other)).toBe(10);
    await other.evaluate("location.hash = '#kind=reported'");
    await expect.poll(() => shownRows(other)).toBe(3);
    expect(await heading(other, many, 'score').getAttribute('aria-sort')).toBe('descending');
    await other.close();
    await page.close();
  });

  test('an address that asks for what is not there says so and shows the rest', async () => {
    const page = await open({ hash: '#benchmark=gone&kind=odd&text=perfect&sort=math-500:measured:colour:ascending' });
    expect(await shownRows(page)).toBe(1);
    expect(await page.locator('#count').textContent()).toContain('does not have');
    await page.fill('#search', '');
    expect(await page.locator('#count').textContent()).toBe(`All ${rowCount} rows`);
    await page.close();
  });

  test('a link to a benchmark leaves the filter as it is', async () => {
    const page = await open({ hash: '#text=model' });
    const shown = await shownRows(page);
    await page.getByRole('link', { name: 'GSM8K' }).click();
    expect(new URL(page.url()).hash).toBe('#benchmark-gsm8k');
    expect(await shownRows(page)).toBe(shown);
    expect(await page.locator('#search').inputValue()).toBe('model');
    await page.close();
  });

  test('the switch wins over the system, gives its colours and is remembered', async () => {
    const page = await open({ colorScheme: 'dark' });
    await expectThemes(page, 'body, .card, input, .badge, .dot, .diamond, .axis text');
    await page.close();
  });

  test('a browser without storage shows the page and its themes', async () => {
    const page = await open();
    await expectThemesWithoutStorage(page);
    expect(await shownRows(page)).toBe(rowCount);
    await page.close();
  });

  testLooks(open);

  test('at 320 pixels every cell is in sight without scrolling sideways, and every heading sorts', async () => {
    const page = await open({ width: 320 });
    const far = await page.evaluate(`[...document.querySelectorAll('td > div, tbody th > div, thead button, .value')]
      .filter((each) => { const { left, right } = each.getBoundingClientRect(); return left < 0 || right > 320; })
      .map((each) => each.textContent)`);
    expect(far).toEqual([]);
    await heading(page, math, 'model').getByRole('button').click();
    expect((await cells(page, math, 'Model')).at(0)).not.toBe('perfect');
    await page.close();
  });

  test('at 1280 pixels no table scrolls sideways', async () => {
    const page = await open({ file: 'long.html' });
    const wide = await page.evaluate(`[...document.querySelectorAll('.scroll')]
      .filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.getAttribute('aria-label'))`);
    expect(wide).toEqual([]);
    await page.close();
  });

  test('a page of a hundred rows costs the browser well under a second', async () => {
    const page = await browser.newPage();
    const session = await page.context().newCDPSession(page);
    // Time of the thread, not of the clock: a busy machine gives the same.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(new URL('long.html', url).href);
    const { metrics } = await session.send('Performance.getMetrics');
    const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value;
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(0.8);
    await page.close();
  });

  test('without scripts every row and every chart is there, and no control that would do nothing', async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await shownRows(page)).toBe(rowCount);
    expect(await page.locator('figure:visible').count()).toBe(10);
    expect(await page.locator('button:visible, input:visible, select:visible').count()).toBe(0);
    expect(await heading(page, math, 'score').textContent()).toBe('Score');
    await page.close();
    const phone = await open({ javaScriptEnabled: false, width: 320 });
    expect(await shownRows(phone)).toBe(rowCount);
    await phone.close();
  });

  test('names with markup are shown as text and run nothing', async () => {
    const page = await open();
    expect(await page.title()).toBe('Leaderboard - ScaleQuest');
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.locator('#benchmark option').allTextContents()).toContain('OlympiadBench <b>text & answer</b>');
    await page.close();
  });

  test('the page lets nothing run or load that is not its own', async () => {
    const page = await browser.newPage();
    await page.goto(url);
    await expectPolicy(page);
    expect(await page.title()).toBe('Leaderboard - ScaleQuest');
    await page.close();
  });

  test('on paper there are no controls, every row is whole and the paper is white', async () => {
    const page = await open({ colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.locator('nav:visible, #controls:visible, #theme:visible').count()).toBe(0);
    const cut = await page.evaluate(`[...document.querySelectorAll('.strips, .scroll')]
      .filter((each) => each.scrollHeight > each.clientHeight + 1).length`);
    expect(cut).toBe(0);
    const brightness = await page.evaluate<number>(
      "Number(/\\d+/.exec(getComputedStyle(document.querySelector('tbody th')).color)[0])",
    );
    expect(brightness).toBeLessThan(64);
    await page.close();
  });
});
