import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { explain, type VerifyInput, verifyAnswer } from '@scalequest/verifier';
import type axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildPlayground } from '../tools/build-playground.mjs';

const executablePath = '/usr/bin/chromium';
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const missing = existsSync(executablePath) ? null : `${executablePath} is missing: apt install chromium`;
if (missing !== null) console.log(`Skipped: ${missing}`);

/** In the page, whose types these tests do not load: what has the focus, and whether it shows that; null for nothing. */
const describeFocus = `(() => {
  const active = document.activeElement;
  if (active === null || active === document.body) return null;
  const shown = active.matches('.segments input') ? active.nextElementSibling : active;
  const isSeen = getComputedStyle(shown).outlineStyle !== 'none';
  return (active.id || active.name || active.textContent) + (isSeen ? '' : ' without focus ring');
})()`;

/** Types pairs into the page, and gives the elements of MathML that lack a part. */
const drawPairs = `(pairs) => {
  const reference = document.querySelector('#reference');
  const candidate = document.querySelector('#candidate');
  const parts = { mfrac: 2, msup: 2, msub: 2, mroot: 2, munder: 2, mover: 2, munderover: 3, msubsup: 3 };
  const faults = [];
  for (const pair of pairs) {
    reference.value = pair.reference;
    candidate.value = pair.candidate;
    reference.dispatchEvent(new Event('input', { bubbles: true }));
    for (const [name, count] of Object.entries(parts))
      for (const drawn of document.querySelectorAll(name)) if (drawn.children.length !== count) faults.push(drawn.outerHTML);
  }
  return faults;
}`;

describe.skipIf(missing !== null)('the playground, opened from a folder', () => {
  let folder: TemporaryFolder;
  let browser: Browser;
  let url: string;
  const faults: string[] = [];
  beforeAll(async () => {
    folder = makeTemporaryFolder();
    url = pathToFileURL(await buildPlayground(folder.path)).href;
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    folder?.[Symbol.dispose]();
  });
  afterEach(() => expect(faults.splice(0)).toEqual([]));

  interface Look {
    readonly colorScheme?: 'light' | 'dark';
    readonly width?: number;
  }

  async function open(fields: Readonly<Record<string, string>>, { colorScheme = 'light', width = 1280 }: Look = {}) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    page.setDefaultTimeout(30_000);
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => faults.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:') && !request.url().startsWith('data:')) faults.push(request.url());
    });
    await page.goto(`${url}#${new URLSearchParams(fields)}`);
    return page;
  }

  const verdictOf = (page: Page): Promise<string | null> => page.locator('#verdict h2').textContent();
  const factOf = (page: Page, name: string): Promise<string | null> =>
    page
      .locator('.facts div', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
      .locator('dd')
      .textContent();

  test('shows the verdict of the engine, the rung that decided, and both trees', async () => {
    const pair = { reference: '\\frac{2\\sqrt{3}}{3}', candidate: '\\frac{2}{\\sqrt{3}}' };
    const page = await open(pair);
    expect(await verdictOf(page)).toBe('Equal');
    expect(explain(verifyAnswer(pair))).toBe(`Equal. ${await page.locator('.why').textContent()}`);
    expect(await page.locator('#ladder [aria-current=step] b').textContent()).toBe('Two finite fields');
    expect(await page.locator('#ladder .passed b').allTextContents()).toEqual(['Same text', 'Exact']);
    expect(await factOf(page, 'proof')).toBe('modular');
    const nodes = await page.locator('#candidate-tree .node').allTextContents();
    expect(nodes).toEqual(['quotient', 'numerator rational 2', 'denominator square root', 'rational 3']);
    expect(await page.locator('#candidate-tree mfrac msqrt').count()).toBe(1);
    expect(await page.locator('#reference-tree .text').textContent()).toBe('\\frac{2\\cdot \\sqrt{3}}{3}');
    await page.close();
  });

  test('marks what was read in a reply', async () => {
    const reply = 'It is $\\boxed{4}$ at first,\nbut the final answer is $\\frac{7}{2}$. I hope it is correct.';
    const page = await open({ reference: '3.5', candidate: reply, mode: 'reply' });
    expect(await verdictOf(page)).toBe('Equal');
    expect(await page.locator('#reply mark').textContent()).toBe('$\\frac{7}{2}$');
    expect(await page.locator('#reply').textContent()).toBe(reply);
    expect(await page.locator('#extraction-facts').textContent()).toContain('answer-phrase');
    await page.close();
  });

  test('a link opens the same pair with the same options', async () => {
    const page = await open({ reference: '5', candidate: '5' });
    await page.fill('#reference', '50\\% & <b>#</b>');
    await page.fill('#candidate', '50');
    await page.fill('#reference', '50\\%');
    await page.getByRole('radio', { name: 'Strict' }).check();
    expect(await verdictOf(page)).toBe('Equal');
    await page.locator('#leniencies summary').click();
    await page.locator('#policy-percent-sign').uncheck();
    await page.locator('[name=relative]').fill('0.01');
    expect(await verdictOf(page)).toBe('Different');
    await expect.poll(() => page.url()).toContain('relative=0.01');
    const other = await browser.newPage();
    await other.goto(page.url());
    expect(await verdictOf(other)).toBe('Different');
    expect(await other.locator('#reference').inputValue()).toBe('50\\%');
    expect(await other.locator('[name=preset]:checked').inputValue()).toBe('strict');
    expect(await other.locator('#policy-percent-sign').isChecked()).toBe(false);
    expect(await other.locator('[name=relative]').inputValue()).toBe('0.01');
    expect(new URL(other.url()).hash).toContain('refuse=percent-sign');
    await other.close();
    await page.close();
  });

  test('the button copies the link, and says where a reply is too long for one', async () => {
    const page = await open({ reference: '5', candidate: '5' });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.fill('#candidate', '7');
    await page.click('#copy');
    await expect.poll(() => page.locator('#copy').textContent()).toBe('Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('#reference=5&candidate=7');
    await page.fill('#candidate', 'a'.repeat(70_000));
    await page.click('#copy');
    expect(await page.locator('#said').textContent()).toContain('too long');
    expect(await verdictOf(page)).toBe('Undecided');
    await page.close();
  });

  test('what is typed is shown as text, and nonsense in a link or a field is no fault', async () => {
    const markup = '<img src=x onerror="document.title=1"> \\text{<script>alert(1)</script>}';
    const page = await open({
      reference: markup,
      candidate: markup,
      mode: 'nonsense',
      preset: '?',
      allow: '__proto__',
      absolute: 'few',
    });
    expect(await page.locator('#verdict .why').textContent()).toContain('few');
    await page.locator('#leniencies summary').click();
    await page.fill('[name=absolute]', '');
    expect(await verdictOf(page)).toBe('Equal');
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).toBe('Verifier playground - ScaleQuest');
    await page.close();
  });

  test('all of it is reached by the keyboard, with a visible focus', async () => {
    const page = await open({ reference: '1', candidate: '2' });
    const reached: string[] = [];
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      const place = await page.evaluate<string | null>(describeFocus);
      if (place === null) break;
      reached.push(place.trim());
    }
    expect(reached.filter((place) => place.includes('without'))).toEqual([]);
    expect(reached).toEqual(
      expect.arrayContaining(['theme', 'copy', 'reference', 'mode', 'candidate', 'preset', 'swap', 'A reply']),
    );
    await page.keyboard.press('Alt+c');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('1.0');
    expect(await verdictOf(page)).toBe('Equal');
    await page.keyboard.press('Alt+s');
    expect(await page.locator('#reference').inputValue()).toBe('1.0');
    await page.keyboard.press('Alt+t');
    await page.keyboard.press('Alt+t');
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await page.close();
  });

  test('every example of the page gives a verdict with trees', async () => {
    const page = await open({ reference: '1', candidate: '1' });
    const verdicts: (string | null)[] = [];
    for (const button of await page.locator('#examples button').all()) {
      await button.click();
      verdicts.push(await verdictOf(page));
      expect(await page.locator('.tree').count()).toBe(2);
    }
    expect(verdicts).toEqual(expect.arrayContaining(['Equal', 'Undecided']));
    expect(verdicts.length).toBeGreaterThan(5);
    await page.close();
  });

  test('every tenth case of the verifier is drawn, and no part of its mathematics is missing', async () => {
    const folderOfCases = join(import.meta.dirname, '..', 'packages', 'verifier', 'cases', 'answers');
    const rows = readdirSync(folderOfCases).flatMap((file) =>
      readFileSync(join(folderOfCases, file), 'utf8').trim().split('\n'),
    );
    const pairs = rows.filter((_, i) => i % 10 === 0).map((row) => JSON.parse(row) as VerifyInput);
    const page = await open({ reference: '1', candidate: '1' });
    expect(await page.evaluate(`(${drawPairs})(${JSON.stringify(pairs)})`)).toEqual([]);
    expect(pairs.length).toBeGreaterThan(100);
    await page.close();
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)(
    'axe finds nothing in the %s theme at %i pixels, and nothing is wider than the screen',
    async (colorScheme, width) => {
      const pairs = [
        { reference: '50\\%', candidate: '50', mode: 'reply' },
        {
          reference: '1,234',
          candidate: '\\begin{pmatrix} 1 & 2 & 3 & 4 & 5 & 6 & 7 & 8 & 9 & 10 & 11 & 12 & 13 & 14 \\end{pmatrix}',
        },
      ];
      for (const pair of pairs) {
        const page = await open(pair, { colorScheme, width });
        await page.locator('#leniencies summary').click();
        await page.addScriptTag({ path: axePath });
        const violations = await page.evaluate(async () => {
          const { axe: checker } = globalThis as unknown as { axe: typeof axe };
          const { violations: found } = await checker.run({ preload: false });
          return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
        });
        expect(violations).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        await page.close();
      }
    },
  );

  test('the switch wins over the system and is remembered', async () => {
    const page = await open({ reference: '1', candidate: '1' }, { colorScheme: 'dark' });
    const ink = (): Promise<string> => page.evaluate('getComputedStyle(document.body).color');
    const dark = await ink();
    await page.getByRole('radio', { name: 'Light' }).check();
    const light = await ink();
    expect(light).not.toBe(dark);
    await page.reload();
    expect(await ink()).toBe(light);
    await page.close();
  });
});
