type Child = Node | string;

/** Makes an element. Text is text and never markup: what a user types cannot become part of the page. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Text in which a character that hides, or that turns what follows around, is seen by its number: `5[U+200B]`. */
export function unhide(text: string): string {
  return text.replace(/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) => {
    const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `[U+${number}]`;
  });
}

/** The one element of the page with this id. */
export function find<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${kind.name} with the id ${id}.`);
}

/** A sentence in its place; an empty one hides the place. */
export function tell(id: 'link-fault' | 'tolerance-fault', sentence: string): void {
  const place = find(id, HTMLParagraphElement);
  place.textContent = sentence;
  place.hidden = sentence === '';
}
