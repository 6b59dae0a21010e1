// Takes the pictures of the playground that the README shows. Usage: npm run build, then
// node tools/photograph-playground.mjs [FOLDER]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { buildPlayground } from './build-playground.mjs';

const target = process.argv[2] ?? join(import.meta.dirname, '..', 'packages', 'verifier', 'playground');
const folder = mkdtempSync(join(tmpdir(), 'playground-'));
const pair = new URLSearchParams({ reference: '\\frac{2\\sqrt{3}}{3}', candidate: '\\frac{2}{\\sqrt{3}}' });
const pictures = [
  { name: 'playground-light.png', colorScheme: 'light', viewport: { width: 1280, height: 1050 } },
  { name: 'playground-dark.png', colorScheme: 'dark', viewport: { width: 1280, height: 1050 } },
];

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const url = `${pathToFileURL(await buildPlayground(folder))}#${pair}`;
  for (const { name, ...context } of pictures) {
    const page = await browser.newPage(context);
    await page.goto(url);
    await page.screenshot({ path: join(target, name) });
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
