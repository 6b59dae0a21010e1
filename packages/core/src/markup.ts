import { escapeMarkup } from './escape-markup.ts';
import { showUnseen } from './show-unseen.ts';

/** Text that is HTML already. Only {@link html} makes it. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | null | undefined | readonly Part[];

function escapeText(text: string): string {
  return escapeMarkup(showUnseen(text));
}

function renderPart(part: Part): string {
  if (part === null || part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part));
  return 'markup' in part ? part.markup : part.map(renderPart).join('');
}

/**
 * HTML from a template: every value is escaped, but for markup that this function made; a list is joined, and null and
 * undefined are nothing. Attributes must stand in double quotes.
 *
 * @example
 * html`<b>${'a < b'}</b>`.markup; // '<b>a &lt; b</b>'
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.reduce((text, piece, i) => text + renderPart(parts[i - 1]) + piece) };
}

/** HTML of ours that needs no escape, such as the page's style. */
export function trusted(markup: string): Markup {
  return { markup };
}
