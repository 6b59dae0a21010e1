import { readWrittenReference, type WrittenReference } from './written-reference.ts';

/** One edit that makes another answer: undefined where it does not apply to a reference. */
type Edit = (reference: WrittenReference) => string | undefined;

const number = /(?<![\\_^{.\d]|_\{|\^\{)\d+(?:\.\d+)?/;

/** The edits. Each changes the value and not the writing; none looks at what the verifier says. */
const edits: Readonly<Record<string, Edit>> = {
  // The first digit, so that it is no rounding: 8192031 becomes 9192031, and 9 becomes 8.
  digit: ({ text }) =>
    edit(text, number, (digits) => `${digits[0] === '9' ? 8 : Number(digits[0]) + 1}${digits.slice(1)}`),
  sign: ({ text, isMixed }) => {
    if (isMixed || !/[1-9a-zA-Z]/.test(text)) return undefined;
    if (/^-/.test(text)) return text.slice(1);
    return /^(\d|\\[dt]?frac|\\sqrt)/.test(text) && !/[,=<>+-]|\\(text|pm|cup|le|ge|circ|begin)/.test(text)
      ? `-${text}`
      : undefined;
  },
  operator: ({ text, isMixed }) => {
    if (isMixed) return undefined;
    const found = /(?<=[\w)}] ?)[+-](?= ?[\w\\(])(?! ?[cCkKtsn](?![a-zA-Z]))/.exec(text);
    return found === null
      ? undefined
      : `${text.slice(0, found.index)}${found[0] === '+' ? '-' : '+'}${text.slice(found.index + 1)}`;
  },
  relation: ({ text }) =>
    edit(
      text,
      /\\cup(?![a-zA-Z])|\\leq?(?:slant)?(?![a-zA-Z])|\\geq?(?:slant)?(?![a-zA-Z])|<|>/,
      (sign) => otherRelations[sign],
    ),
  'dropped-element': ({ parts }) => {
    const last = parts.at(-1)?.trim();
    return parts.length < 2 || parts.slice(0, -1).some((part) => part.trim() === last)
      ? undefined
      : parts.slice(0, -1).join(',');
  },
  // Not of a large number, of which one is less than the tolerance of GSM-Hard.
  'one-more': ({ text, isMixed, parts }) =>
    isMixed ||
    parts.length > 1 ||
    !/^[-\d\\a-zA-Z{}^()+ ./]+$/.test(text) ||
    !/\d|[a-z]/.test(text) ||
    Math.abs(Number(text)) >= 1000 ||
    /\\(pm|cup|text|begin|left|infty|in|C)(?![a-zA-Z])|C|\^\{?\\circ/.test(text)
      ? undefined
      : `${text} + 1`,
  exponent: ({ text, isMixed }) =>
    isMixed
      ? undefined
      : edit(text, /(?<=[a-zA-Z2-9)])\^(?:\{[23]\}|[23])/, (power) => (power.includes('2') ? '^{3}' : '^{2}')),
  'lost-root': ({ text, isMixed }) =>
    isMixed ? undefined : edit(text, /\\sqrt\{(?:[2-9]|\d\d+)\}/, (root) => root.replace('\\sqrt', '')),
};

const otherRelations: Readonly<Record<string, string>> = {
  '\\cup': '\\cap',
  '\\le': '>',
  '\\leq': '>',
  '\\leqslant': '>',
  '\\ge': '<',
  '\\geq': '<',
  '\\geqslant': '<',
  '<': '>',
  '>': '<',
};

function edit(text: string, pattern: RegExp, change: (match: string) => string | undefined): string | undefined {
  const found = pattern.exec(text);
  const by = found === null ? undefined : change(found[0]);
  return found === null || by === undefined
    ? undefined
    : `${text.slice(0, found.index)}${by}${text.slice(found.index + found[0].length)}`;
}

/** Their names. */
export const editNames: readonly string[] = Object.keys(edits);

export interface MutantReply {
  readonly edit: string;
  readonly reply: string;
}

/** A reply with a wrong answer for each edit that applies to the reference. */
export function mutateReference(reference: string): readonly MutantReply[] {
  const written = readWrittenReference(reference);
  const seen = new Set([written.text]);
  return Object.entries(edits).flatMap(([name, change]): MutantReply[] => {
    const text = change(written);
    if (text === undefined || seen.has(text)) return [];
    seen.add(text);
    return [{ edit: name, reply: `We go step by step.\n\nThus \\boxed{${text}}.` }];
  });
}
