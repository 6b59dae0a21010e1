/** A reference as the rules see it: the mathematics itself where it is one piece, and what it is made of. */
export interface WrittenReference {
  /** Without the dollar signs around it and without a full stop behind it; as it is where prose and mathematics mix. */
  readonly text: string;
  /** Words, or several spans of mathematics: only what cannot change a word is done to it. */
  readonly isMixed: boolean;
  /** The parts between the commas outside of all brackets; one part where there is no such comma. */
  readonly parts: readonly string[];
  /** Dollar signs that stood around the whole. */
  readonly hadDollars: boolean;
}

export function readWrittenReference(reference: string): WrittenReference {
  const whole = /^\$([^$]+)\$\.?$/.exec(reference)?.[1];
  const text = (whole ?? reference).replace(/\s*\.\s*$/, '').trim();
  const isMixed = text.includes('$') || /[a-zA-Z]{3,}/.test(withoutCommands(text));
  return { text, isMixed, parts: isMixed ? [text] : splitAtCommas(text), hadDollars: whole !== undefined };
}

function withoutCommands(text: string): string {
  return text.replaceAll(/\\begin\{\w+\}(\{[lcr|]+\})?|\\end\{\w+\}|\\[a-zA-Z]+/g, ' ');
}

/** At the commas that no bracket holds. The comma of thousands is none: three digits follow it and no space. */
export function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (character === ',' && depth === 0 && !/^\d,\d{3}(?!\d)/.test(text.slice(at - 1))) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
