import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { explain, type VerifyInput, verifyAnswer } from '@scalequest/verifier';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildPlayground } from '../tools/build-playground.mjs';
import { findChromium, launchChromium } from './support/find-chromium.ts';
import {
  expectAccessible,
  expectPolicy,
  expectThemes,
  expectThemesWithoutStorage,
  type Look,
  looks,
  openPage,
  walkByKeyboard,
} from './support/page-checks.ts';

const missing = findChromium();

/** Types pairs into the page, and gives what it says of each, and the elements of MathML that lack a part. */
const drawPairs = `(pairs) => {
  const reference = document.querySelector('#reference');
  const candidate = document.querySelector('#candidate');
  const parts = { mfrac: 2, msup: 2, msub: 2, mroot: 2, munder: 2, mover: 2, munderover: 3, msubsup: 3 };
  const faults = [];
  const said = [];
  for (const pair of pairs) {
    reference.value = pair.reference;
    candidate.value = pair.candidate;
    reference.dispatchEvent(new Event('input', { bubbles: true }));
    for (const [name, count] of Object.entries(parts))
      for (const drawn of document.querySelectorAll(name)) if (drawn.children.length !== count) faults.push(drawn.outerHTML);
    const facts = [...document.querySelectorAll('.facts div')].map((fact) => [...fact.children].map((part) => part.textContent));
    const decided = document.querySelectorAll('#ladder [aria-current=step]').length;
    said.push({ ...Object.fromEntries(facts), decided });
  }
  return { faults, said };
}`;

describe.skipIf(missing !== null)('the playground, opened from a folder', () => {
  let folder: TemporaryFolder;
  let browser: Browser;
  let url: string;
  const faults: string[] = [];
  beforeAll(async () => {
    folder = makeTemporaryFolder();
    url = pathToFileURL(await buildPlayground(folder.path)).href;
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    folder?.[Symbol.dispose]();
  });
  afterEach(() => expect(faults.splice(0)).toEqual([]));

  async function open(fields: Readonly<Record<string, string>>, look: Look = {}) {
    return await openPage(browser, `${url}#${new URLSearchParams(fields)}`, { faults, ...look });
  }

  /** From here on the page's clock goes only where the test lets it: no word is gone before it is looked at. */
  async function holdClock(page: Page): Promise<void> {
    // The page's first sentence comes by the clock of before.
    await expect.poll(() => page.locator('#said').textContent()).not.toBe('');
    await page.clock.install({ time: 0 });
    // Far ahead, for until here it goes.
    await page.clock.pauseAt(86_400_000);
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
    expect(await page.locator('#ladder [aria-current=step] .meaning').textContent()).toContain('2^100');
    expect(await page.locator('.why').textContent()).toContain('2^100');
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
    await holdClock(page);
    await page.fill('#candidate', '7');
    await page.click('#copy');
    await expect.poll(() => page.locator('#copy').textContent()).toBe('Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('#reference=5&candidate=7');
    await page.fill('#candidate', 'a'.repeat(70_000));
    await page.click('#copy');
    expect(await page.locator('#said').textContent()).toContain('too long');
    await expect.poll(() => new URL(page.url()).hash).toBe('');
    expect(await page.locator('#copy').textContent()).toBe('Too long');
    await page.clock.runFor(1999);
    expect(await page.locator('#copy').textContent()).toBe('Too long');
    await page.clock.runFor(1);
    expect(await page.locator('#copy').getAttribute('title')).toBe(null);
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
    await page.fill('[name=absolute]', '');
    expect(await verdictOf(page)).toBe('Equal');
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).toBe('Verifier playground - ScaleQuest');
    await page.close();
  });

  test('all of it is reached by the keyboard, with a visible focus', async () => {
    const page = await open({ reference: '1', candidate: '2' });
    const reached = await walkByKeyboard(page);
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
    expect(await page.evaluate('document.documentElement.style.colorScheme')).toBe('dark');
    await page.close();
  });

  test('the focus stays where it is after every action', async () => {
    const page = await open({ reference: '1', candidate: '2' });
    await page.locator('#leniencies summary').click();
    for (const place of ['#examples button:last-child', '#swap', '#policy-order-free', '#reset', '#copy']) {
      await page.locator(place).focus();
      await page.keyboard.press('Space');
      expect(await page.locator(place).evaluate((button) => button.matches(':focus'))).toBe(true);
    }
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

  test('every tenth case of the verifier is drawn whole, with rule, proof, policies or reason as the engine gives them', async () => {
    const folderOfCases = join(import.meta.dirname, '..', 'packages', 'verifier', 'cases', 'answers');
    const rows = readdirSync(folderOfCases).flatMap((file) =>
      readFileSync(join(folderOfCases, file), 'utf8').trim().split('\n'),
    );
    const pairs = rows.filter((_, i) => i % 10 === 0).map((row) => JSON.parse(row) as VerifyInput);
    const page = await open({ reference: '1', candidate: '1' });
    const shown = await page.evaluate<{ faults: string[]; said: Record<string, string | number>[] }>(
      `(${drawPairs})(${JSON.stringify(pairs)})`,
    );
    expect(shown.faults).toEqual([]);
    const results = pairs.map((pair) => verifyAnswer(pair));
    const expected = results.map(({ rule, proof, reason, policies }) => ({
      ...(reason === undefined ? { rule, proof, decided: 1 } : { reason, decided: 0 }),
      policies: policies.length === 0 ? 'none' : policies.join(', '),
    }));
    expect(shown.said).toEqual(expected.map((fields) => expect.objectContaining(fields)));
    expect(new Set(results.map(({ rule }) => rule)).size).toBeGreaterThan(15);
    expect(new Set(results.map(({ proof }) => proof)).size).toBeGreaterThan(5);
    await page.close();
  });

  test.each(looks)(
    'axe finds nothing in the %s theme at %i pixels, and nothing is wider than the screen',
    async (colorScheme, width) => {
      const pairs = [
        { reference: '50\\%', candidate: '50', mode: 'reply' },
        {
          reference: '1,234',
          candidate: '\\begin{pmatrix} 1 & 2 & 3 & 4 & 5 & 6 & 7 & 8 & 9 & 10 & 11 & 12 & 13 & 14 \\end{pmatrix}',
        },
        { reference: '3:4', candidate: 'x'.repeat(300), preset: 'lax'.repeat(100), absolute: 'few'.repeat(100) },
      ];
      for (const pair of pairs) {
        const page = await open(pair, { colorScheme, width });
        await page.evaluate("document.querySelector('#leniencies').open = true");
        await expectAccessible(page);
        await page.close();
      }
    },
  );

  test('the switch wins over the system, gives its colours and is remembered', async () => {
    const page = await open({ reference: '1', candidate: '1' }, { colorScheme: 'dark' });
    await expectThemes(page, 'body, .card, textarea, .mark, .word, .facts dt');
    await page.close();
  });

  test('a browser without storage shows the page and its themes', async () => {
    const page = await open({ reference: '1', candidate: '1' });
    await expectThemesWithoutStorage(page);
    expect(await verdictOf(page)).toBe('Equal');
    await page.close();
  });

  test('without JavaScript the page says what it lacks', async () => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(url);
    expect(await page.locator('noscript').textContent()).toContain('JavaScript is off');
    await page.close();
  });

  test('the page lets nothing run or load that is not its own', async () => {
    const page = await browser.newPage();
    await page.goto(url);
    await expectPolicy(page);
    expect(await page.title()).toBe('Verifier playground - ScaleQuest');
    await page.close();
  });

  test('a bound that is no number is marked, and nothing of the pair before stays', async () => {
    const page = await open({ reference: '1', candidate: 'x+1' });
    await page.locator('#leniencies summary').click();
    await page.fill('[name=absolute]', '0.1');
    await page.fill('[name=relative]', 'few');
    expect(await page.locator('[name=relative]').getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('[name=absolute]').getAttribute('aria-invalid')).toBe('false');
    expect(await page.locator('#tolerance-fault').textContent()).toContain("'few'");
    expect(await page.locator('#ladder-card').isVisible()).toBe(false);
    await page.fill('#candidate', 'x+2');
    expect(await page.locator('#candidate-tree .text').textContent()).toBe('x+2');
    await page.fill('[name=relative]', '');
    expect(await page.locator('[aria-invalid=true]').count()).toBe(0);
    expect(await page.locator('#ladder-card').isVisible()).toBe(true);
    await page.close();
  });

  test('a link that the page does not know all of says so until something is changed', async () => {
    const fault = (page: Page) => page.locator('#link-fault');
    const page = await open({ reference: '5', candidate: '5', preset: 'lax', allow: 'tolerance', fuel: '9' });
    expect(await fault(page).textContent()).toContain('leaves it out: preset=lax, allow=tolerance, fuel=9.');
    expect(await page.locator('#changed').textContent()).toBe('');
    await page.fill('#candidate', '6');
    expect(await fault(page).isVisible()).toBe(false);
    await page.evaluate("location.hash = '#pair=5'");
    await fault(page).waitFor();
    expect(await fault(page).textContent()).toContain('holds no pair');
    expect(await page.locator('#candidate').inputValue()).toBe('6');
    await page.evaluate("location.hash = '#result'");
    await expect.poll(() => fault(page).isVisible()).toBe(false);
    await page.close();
  });

  test('a link is read as if it were typed', async () => {
    const page = await open({ reference: '5', candidate: 'It is\r\n$5.1$', mode: 'reply', absolute: ' 0.1\n' });
    expect(await verdictOf(page)).toBe('Equal');
    expect(await page.locator('#reply').textContent()).toBe('It is\n$5.1$');
    expect(await page.locator('#extraction-facts').textContent()).toContain('of 11.');
    await page.close();
  });

  test('the ladder tells what was refused and what was only let pass', async () => {
    const states = async (pair: VerifyInput, preset: string): Promise<readonly string[]> => {
      const page = await open({ ...pair, preset });
      const rows = await page.locator('#ladder li:has(.state)').all();
      const told = await Promise.all(
        rows.map(async (row) =>
          [await row.locator('b').textContent(), await row.locator('.state').textContent()].join(': '),
        ),
      );
      await page.close();
      return told;
    };
    expect(await states({ reference: '3:4', candidate: '\\frac34' }, 'strict')).toEqual([
      'Computer algebra: not here',
      'Leniency: refused',
    ]);
    expect(await states({ reference: '\\sqrt{3+2\\sqrt{2}}', candidate: '1+\\sqrt{2}' }, 'strict')).toContain(
      'Balls at 1,024 bits: refused',
    );
    const different = await states({ reference: '5\\text{ cm}', candidate: '6' }, 'benchmark');
    expect(different).toEqual(expect.arrayContaining(['Exact: decided', 'Leniency: let pass']));
  });

  test('a changed policy stays changed whatever is typed and whichever preset is on', async () => {
    const page = await open({ reference: '3:4', candidate: '\\frac34', refuse: 'ratio-as-fraction' });
    expect(await verdictOf(page)).toBe('Undecided');
    await page.getByRole('radio', { name: 'Strict' }).check();
    await page.fill('#candidate', '3/4');
    await page.getByRole('radio', { name: 'Benchmark' }).check();
    expect(await verdictOf(page)).toBe('Undecided');
    expect(await page.locator('#changed').textContent()).toBe('1 changed');
    await page.locator('#leniencies summary').click();
    await page.locator('#policy-ratio-as-fraction').check();
    expect(await page.locator('#changed').textContent()).toBe('');
    expect(await verdictOf(page)).toBe('Equal');
    await page.close();
  });

  test('a screen reader is told the verdict once typing rests, not with every key', async () => {
    const page = await open({ reference: '12345', candidate: '1' });
    await holdClock(page);
    await page.evaluate(`window.told = [];
      new MutationObserver(() => told.push(document.querySelector('#said').textContent))
        .observe(document.querySelector('#said'), { childList: true, characterData: true, subtree: true })`);
    await page.locator('#candidate').press('End');
    for (const key of '2345') {
      await page.keyboard.type(key);
      await page.clock.runFor(399);
    }
    expect(await page.evaluate('told')).toEqual([]);
    await page.clock.runFor(1);
    expect(await page.evaluate('told')).toEqual(['Equal. They are the same text.']);
    expect(await page.locator('main [aria-live], main [role=status]:visible').count()).toBe(0);
    await page.close();
  });

  test('characters that hide or turn text around are seen', async () => {
    const page = await open({ reference: '\u202eevil العربية', candidate: '(5\u200b' });
    expect(await page.locator('#reference-tree .text').textContent()).toContain('[U+202E]');
    expect(await page.locator('#reference-tree .label').textContent()).toContain('[U+202E]');
    expect(await page.locator('#reference-tree').textContent()).not.toContain('\u202e');
    expect(await page.locator('#candidate-tree .note').textContent()).toContain('(5[U+200B]');
    await page.fill('#candidate', '5');
    expect(await page.locator('.why').textContent()).toContain('[U+202E] evil');
    await page.close();
  });

  test('an answer that is missing, long or not understood is told apart', async () => {
    const page = await open({ reference: '5', candidate: 'I do not know.', mode: 'reply' });
    const note = (): Promise<string | null> => page.locator('#candidate-tree .note').textContent();
    expect(await note()).toBe('There is nothing to read.');
    await page.getByRole('radio', { name: 'Answer', exact: true }).check();
    await page.fill('#candidate', 'x+'.repeat(5000));
    expect(await note()).toContain('Longer than 4,000 characters');
    await page.fill('#candidate', '(('.repeat(9));
    expect(await note()).toContain('Not understood');
    await page.fill('#candidate', '1'.repeat(3000));
    expect((await page.locator('#candidate-tree .text').textContent())?.length).toBe(601);
    await page.close();
  });

  test('sides of a reply are swapped by its answer', async () => {
    const page = await open({ reference: '5', candidate: 'So it is $\\boxed{5.0}$.', mode: 'reply' });
    await page.click('#swap');
    expect(await page.locator('#reference').inputValue()).toBe('5.0');
    expect(await verdictOf(page)).toBe('Equal');
    await page.close();
  });

  test('the verdict is in sight beside the last policy', async () => {
    const page = await open({ reference: '5', candidate: '5' });
    await page.locator('#leniencies summary').click();
    await page.locator('#policy-figure-sign').uncheck();
    const box = await page.locator('#verdict h2').boundingBox();
    expect(box?.y).toBeGreaterThan(0);
    await page.close();
  });

  test('on a screen of 320 pixels every example is in sight without scrolling sideways', async () => {
    const page = await open({ reference: '5', candidate: '5' }, { width: 320 });
    for (const button of await page.locator('#examples button').all()) {
      const box = await button.boundingBox();
      expect((box?.x ?? Number.NaN) + (box?.width ?? Number.NaN)).toBeLessThanOrEqual(320);
    }
    await page.close();
  });

  test('with forced colours a chosen option and the focus do not look alike', async () => {
    const page = await open({ reference: '5', candidate: '5' });
    await page.emulateMedia({ forcedColors: 'active' });
    const look = (span: string, property: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('#theme ${span} + span')).${property}`);
    const chosen = 'input:checked';
    expect(await look(chosen, 'outlineStyle')).toBe('none');
    expect(await look(chosen, 'backgroundColor')).not.toBe(await look('input:not(:checked)', 'backgroundColor'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await look(chosen, 'outlineStyle')).toBe('solid');
    await page.close();
  });
});
