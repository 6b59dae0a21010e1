import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAnswer } from '@scalequest/verifier';
import { expect, test } from 'vitest';
import { bundleVerifier } from './support/bundle-verifier.ts';
import { findChromium, launchChromium } from './support/find-chromium.ts';

interface Row {
  readonly reference: string;
  readonly candidate: string;
}

const casesDir = join(import.meta.dirname, '..', 'packages', 'verifier', 'cases', 'answers');

/** Every fifth case of each file. */
function readRows(): readonly Row[] {
  return readdirSync(casesDir).flatMap((file) => {
    const lines = readFileSync(join(casesDir, file), 'utf8').split('\n');
    const rows = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row);
    return rows.filter((_, i) => i % 5 === 0).map(({ reference, candidate }) => ({ reference, candidate }));
  });
}

test('the verifier gives the same verdicts in Chromium as in Node', { timeout: 600_000 }, async ({ skip }) => {
  const missing = findChromium();
  if (missing !== null) skip(missing);
  const rows = readRows();
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: await bundleVerifier() });
    const inBrowser = await page.evaluate((pairs) => {
      const { verifier } = globalThis as unknown as { verifier: { verifyAnswer: typeof verifyAnswer } };
      return pairs.map((pair) => verifier.verifyAnswer(pair));
    }, rows);
    const inNode = rows.map((row) => verifyAnswer(row));
    expect(rows.length).toBeGreaterThan(100);
    expect(inBrowser).toEqual(inNode);
  } finally {
    await browser.close();
  }
});
