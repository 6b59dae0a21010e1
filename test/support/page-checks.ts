import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { expect, test } from 'vitest';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Look {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly javaScriptEnabled?: boolean;
}

/** Opens a page that needs no network. What it throws, prints or asks for elsewhere is added to `faults`. */
export async function openPage(
  browser: Browser,
  url: string,
  { faults, colorScheme = 'light', width = 1280, javaScriptEnabled = true }: Look & { readonly faults: string[] },
): Promise<Page> {
  const page = await browser.newPage({ colorScheme, javaScriptEnabled, viewport: { width, height: 900 } });
  page.setDefaultTimeout(30_000);
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => faults.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:') && !request.url().startsWith('data:')) faults.push(request.url());
  });
  await page.goto(url);
  return page;
}

/** The themes and widths that a page must be good in: of a desk and of the narrowest phone. */
export const looks: readonly (readonly ['light' | 'dark', number])[] = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
  ['dark', 320],
];

/** One test for each of them: with all of its parts open, the checker finds nothing and nothing is wider than the screen. */
export function testLooks(
  open: (look: Look) => Promise<Page>,
  see: (page: Page, look: string) => Promise<void> = async () => {},
): void {
  test.each(looks)(
    'axe finds nothing in the %s theme at %i pixels, and nothing is wider than the screen',
    async (colorScheme, width) => {
      const page = await open({ colorScheme, width });
      await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
      await expectAccessible(page);
      await see(page, `${colorScheme}-${width}`);
      await page.close();
    },
  );
}

/** In the page, whose types these tests do not load: what has the focus, and whether it shows that; null for nothing. */
const describeFocus = `(() => {
  const active = document.activeElement;
  if (active === null || active === document.body) return null;
  const shown = active.matches('.segments input') ? active.nextElementSibling : active;
  const isSeen = getComputedStyle(shown).outlineStyle !== 'none';
  return (active.id || active.name || active.textContent) + (isSeen ? '' : ' without focus ring');
})()`;

/** Goes through the page by the tabulator key, and gives what has the focus by and by; each must show it. */
export async function walkByKeyboard(
  page: Page,
  atEach: (place: string) => Promise<void> = async () => {},
): Promise<readonly string[]> {
  const reached: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const place = await page.evaluate<string | null>(describeFocus);
    if (place === null) break;
    reached.push(place.trim());
    await atEach(place.trim());
  }
  expect(reached.filter((place) => place.includes('without focus ring'))).toEqual([]);
  return reached;
}

/** Expects no finding of the accessibility checker, and nothing wider than the screen. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: typeof axe };
    const { violations: found } = await checker.run({ preload: false });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  });
  expect(violations).toEqual([]);
  const width = page.viewportSize()?.width ?? Number.NaN;
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
}

/** Expects of a page opened in the dark that its switch wins over the system, gives its colours and is remembered. */
export async function expectThemes(page: Page, selector: string): Promise<void> {
  const colours = (): Promise<string> =>
    page.evaluate(`[...document.querySelectorAll('${selector}')].map((each) => getComputedStyle(each))
      .map(({ color, backgroundColor, fill, stroke }) => color + backgroundColor + fill + stroke).join()`);
  const dark = await colours();
  await page.getByRole('radio', { name: 'Light' }).check();
  const light = await colours();
  expect(light).not.toBe(dark);
  await page.reload();
  expect(await colours()).toBe(light);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByRole('radio', { name: 'Auto' }).check();
  expect(await colours()).toBe(light);
  await page.getByRole('radio', { name: 'Dark' }).check();
  expect(await colours()).toBe(dark);
}

/** Expects a page to have its themes where the browser lets it store nothing. */
export async function expectThemesWithoutStorage(page: Page): Promise<void> {
  await page.addInitScript("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })");
  await page.reload();
  await page.getByRole('radio', { name: 'Dark' }).check();
  expect(await page.evaluate('document.documentElement.style.colorScheme')).toBe('dark');
}

/** Expects the page's policy to stop a script, a style, a picture and a request that are not its own. */
export async function expectPolicy(page: Page): Promise<void> {
  const title = await page.title();
  const stopped = await page.evaluate(`new Promise((settle) => {
    const seen = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
      seen.push(effectiveDirective);
      if (seen.length === 4) settle(seen.sort());
    });
    document.body.append(Object.assign(document.createElement('script'), { text: 'document.title = "ran"' }));
    document.body.setAttribute('style', 'color: red');
    new Image().src = 'https://127.0.0.1:9/';
    fetch('https://127.0.0.1:9/').catch(() => {});
  })`);
  expect(stopped).toEqual(['connect-src', 'img-src', 'script-src-elem', 'style-src-attr']);
  expect(await page.title()).toBe(title);
}
