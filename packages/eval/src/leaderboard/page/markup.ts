/** Text that is HTML already. Only {@link html} makes it. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | null | undefined | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that are not seen, or that turn the text around them, are written as what they are: `[U+202E]`. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

/** Joins the letters of scripts such as Persian and Malayalam, and the parts of a picture: seen by what it does. */
const joiners = new Set(['\u200c', '\u200d']);

function escapeText(text: string): string {
  return text
    .replace(/\s*[\n\r\t]\s*/g, ' ')
    .replace(unseen, (character) =>
      joiners.has(character)
        ? character
        : `[U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/[&<>"']/g, (character) => entities[character] as string);
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
