import { pathToFileURL } from 'node:url';
import { runRecipe, writeReport } from '@scalequest/synth';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hostileText, makeRun } from '../packages/synth/src/output/__fixtures__/make-run.ts';
import { findChromium, launchChromium } from './support/find-chromium.ts';
import { openPage, testLooks } from './support/page-checks.ts';

const missing = findChromium();

describe.skipIf(missing !== null)('the report of a run, opened from a folder', () => {
  let folder: TemporaryFolder;
  let browser: Browser;
  let url: string;
  const faults: string[] = [];
  beforeAll(async () => {
    folder = makeTemporaryFolder();
    await makeRun(folder.join('run'), { run: runRecipe });
    await writeReport({ run: folder.join('run'), out: folder.join('report.html') });
    url = pathToFileURL(folder.join('report.html')).href;
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
      if (pictures !== undefined) await page.screenshot({ path: `${pictures}/report-${look}.png`, fullPage: true });
    },
  );

  test('the themes differ, and what a row says is text', async () => {
    const colour = async (colorScheme: 'light' | 'dark') => {
      const page = await openPage(browser, url, { faults, colorScheme, javaScriptEnabled: true });
      const seen = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(await page.locator('main img, script').count()).toBe(0);
      const texts = await page.locator('.texts').allTextContents();
      expect(texts.join(' ')).toContain(hostileText.slice(0, 20));
      await page.close();
      return seen;
    };
    expect(await colour('light')).not.toBe(await colour('dark'));
  });

  test('at 320 pixels the name of a bar is not broken into letters', async () => {
    const page = await openPage(browser, url, { faults, width: 320 });
    const heights = (await page.evaluate(
      "[...document.querySelectorAll('.bars .name')].map((each) => each.getBoundingClientRect().height)",
    )) as number[];
    expect(heights.length).toBeGreaterThan(30);
    expect(Math.max(...heights)).toBeLessThan(45);
    await page.close();
  });

  test('every bar is as long as its share says, and says it in words', async () => {
    const page = await openPage(browser, url, { faults });
    const bars = page.locator('#funnel .bars li');
    expect(await bars.count()).toBe(6);
    const shares = (await page.evaluate(`[...document.querySelectorAll('#funnel .bars li')].map((each) =>
      each.querySelector('.bar').getBoundingClientRect().width / each.querySelector('.track').getBoundingClientRect().width)`)) as number[];
    const kept = (await bars.locator('.value').allTextContents()).map((text) => Number.parseInt(text, 10));
    const begun = Number(await page.locator('#funnel tbody tr').first().locator('td').first().textContent());
    for (const [place, share] of shares.entries()) expect(share).toBeCloseTo((kept[place] ?? 0) / begun, 2);
    expect(await bars.first().locator('title').textContent()).toMatch(/^generate kept \d+ of \d+ rows$/);
    await page.close();
  });
});
