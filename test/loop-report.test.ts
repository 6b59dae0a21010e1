import { pathToFileURL } from 'node:url';
import { writeReport } from '@scalequest/loop';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeSummaries, writeSummaries } from '../packages/loop/src/report/__fixtures__/make-summaries.ts';
import { findChromium, launchChromium } from './support/find-chromium.ts';
import { openPage, testLooks } from './support/page-checks.ts';

const missing = findChromium();
const hostileText = '<img src=x onerror=alert(1)> & "quoted"';

describe.skipIf(missing !== null)('the report of a loop, opened from a folder', () => {
  let folder: TemporaryFolder;
  let browser: Browser;
  let url: string;
  const faults: string[] = [];
  beforeAll(async () => {
    folder = makeTemporaryFolder();
    const from = writeSummaries(folder.path, await makeSummaries({ description: hostileText }));
    await writeReport({ from, out: folder.join('loop-report'), settledAt: '0123abc', machine: 'two cores' });
    url = pathToFileURL(folder.join('loop-report/index.html')).href;
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    folder?.[Symbol.dispose]();
  });
  afterEach(() => expect(faults.splice(0)).toEqual([]));

  testLooks(
    (look) => openPage(browser, url, { faults, ...look }),
    async (page, look) => {
      const pictures = process.env.SCALEQUEST_PICTURES;
      if (pictures !== undefined) await page.screenshot({ path: `${pictures}/loop-${look}.png`, fullPage: true });
      expect(await findOverlaps(page)).toEqual([]);
      expect(await findClipped(page)).toEqual([]);
    },
  );

  test('what a summary says is text, and the themes differ', async () => {
    const colour = async (colorScheme: 'light' | 'dark') => {
      const page = await openPage(browser, url, { faults, colorScheme });
      expect(await page.locator('img, script').count()).toBe(0);
      expect(await page.locator('header p').first().textContent()).toBe(hostileText);
      const seen = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      await page.close();
      return seen;
    };
    expect(await colour('light')).not.toBe(await colour('dark'));
  });

  test('every row of numbers leads to the runs that it comes from', async () => {
    const page = await openPage(browser, url, { faults });
    const rows = page.locator('main tbody tr');
    const linked = page.locator('main tbody tr:has(td.from a)');
    expect(await rows.count()).toBeGreaterThan(80);
    expect(await linked.count()).toBe(await rows.count());
    const dead = await page.evaluate(
      "[...document.querySelectorAll('.from a')].map((each) => each.getAttribute('href').slice(1)).filter((id) => document.getElementById(id) === null)",
    );
    expect(dead).toEqual([]);
    await page.locator('#arms-table td.from a').first().click();
    expect(page.url()).toMatch(/#from-evaluate-full$/);
    const target = page.locator('#from-evaluate-full li');
    expect(await target.count()).toBe(5);
    expect(await target.first().textContent()).toMatch(
      /^seed 11: run [0-9a-f]{12}, in steps\/evaluate-full: journal\.jsonl [0-9a-f]{12} run\.json [0-9a-f]{12}$/,
    );
    await page.close();
  });

  test('marks stand where their numbers say', async () => {
    const page = await openPage(browser, url, { faults });
    // Where the mark of each arm and the ticks stand, and what they say: on one line through all of them.
    const places = (await page.evaluate(`(() => {
      const figure = document.querySelector('#arms figure');
      const middle = (each) => { const { left, right } = each.getBoundingClientRect(); return (left + right) / 2; };
      return {
        ticks: [...figure.querySelectorAll('.axis text')].map((each) => [Number(each.textContent), middle(each)]),
        marks: [...figure.querySelectorAll('li')].map((each) => [Number.parseFloat(each.querySelector('.value').textContent), middle(each.querySelector('.mark'))]),
      };
    })()`)) as { ticks: [number, number][]; marks: [number, number][] };
    const [first, last] = [places.ticks[0], places.ticks.at(-1)];
    if (first === undefined || last === undefined) throw new Error('The axis has no ticks.');
    const perPoint = (last[1] - first[1]) / (last[0] - first[0]);
    expect(places.marks).toHaveLength(9);
    for (const [value, x] of places.marks)
      expect(Math.abs(first[1] + (value - first[0]) * perPoint - x)).toBeLessThan(2);
    await page.close();
  });

  test('the keyboard reaches the links to the runs', async () => {
    const page = await openPage(browser, url, { faults });
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    for (let presses = 0; presses < 6; presses++) await page.keyboard.press('Tab');
    expect(await page.evaluate("document.activeElement.closest('.from') !== null")).toBe(true);
    await page.keyboard.press('Enter');
    expect(page.url()).toMatch(/#from-/);
    await page.close();
  });
});

/** Texts of one drawing that lie over each other. */
async function findOverlaps(page: Page): Promise<unknown> {
  return await page.evaluate(`[...document.querySelectorAll('figure > svg')].flatMap((drawing) => {
    const texts = [...drawing.querySelectorAll('text')].map((each) => [each.textContent, each.getBoundingClientRect()]);
    return texts.flatMap(([name, a], i) => texts.slice(i + 1).flatMap(([other, b]) =>
      a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom ? [name + ' over ' + other] : []));
  })`);
}

/** Texts and marks of a drawing that stand outside of it, and texts too small to read. */
async function findClipped(page: Page): Promise<unknown> {
  return await page.evaluate(`[...document.querySelectorAll('figure svg:not(svg svg)')].flatMap((drawing) => {
    const box = drawing.getBoundingClientRect();
    return [...drawing.querySelectorAll('text, circle, path, rect')].flatMap((each) => {
      const { left, right, top, bottom } = each.getBoundingClientRect();
      const isOut = left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1;
      const isTiny = each.tagName === 'text' && Number.parseFloat(getComputedStyle(each).fontSize) < 11;
      return isOut || isTiny ? [(each.textContent || each.outerHTML).slice(0, 100)] : [];
    });
  })`);
}
