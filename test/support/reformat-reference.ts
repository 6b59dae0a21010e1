import { readWrittenReference, splitAtCommas, type WrittenReference } from './written-reference.ts';

/** One way in which a model may write the right answer: undefined where it does not apply to a reference. */
type Rule = (reference: WrittenReference, unit: string | null) => string | undefined;

/**
 * The rules, each a change of writing that leaves the meaning. None looks at what the verifier accepts; they are made of
 * what replies of models look like.
 */
const rules: Readonly<Record<string, Rule>> = {
  'as-it-is': ({ text }) => text,
  'large-fraction': ({ text }) => replaced(text, /\\[td]?frac(?![a-zA-Z])/g, '\\dfrac'),
  'wide-spacing': ({ text, isMixed }) =>
    isMixed
      ? undefined
      : replaced(text, /\s*(=|<|>|\\leq?(?![a-zA-Z])|\\geq?(?![a-zA-Z])|,(?!\s*\d{3}(?!\d)))\s*/g, ' $1 '),
  'no-spacing': ({ text, isMixed }) =>
    isMixed
      ? undefined
      : replaced(text, /(?<=[\d)}+=-])\s+(?=[\d({+=-])/g, (match, at) =>
          /\d,?$/.test(text.slice(0, at)) && /^\d/.test(text.slice(at + match.length)) ? match : '',
        ),
  'other-order': (reference) => {
    const { text } = reference;
    const values = listAnswers(reference);
    if (values !== undefined) return values.toReversed().join(', ');
    const set = /^\\\{(.+)\\\}$/.exec(text)?.[1];
    if (set === undefined || /\\mid|\||:|\\ldots|\\dots/.test(set)) return undefined;
    const elements = splitAtCommas(set);
    return elements.length > 1 ? `\\{${elements.toReversed().join(', ')}\\}` : undefined;
  },
  'joined-by-and': (reference) => {
    const values = listAnswers(reference);
    return values === undefined ? undefined : `${values.slice(0, -1).join(', ')} \\text{ and } ${values.at(-1)}`;
  },
  thousands: ({ text }) =>
    /^-?\d{4,}(\.\d+)?$/.test(text) ? text.replaceAll(/(?<=^-?\d+)(?=(\d{3})+(\.|$))/g, ',') : undefined,
  'thousands-in-latex': ({ text }) =>
    /^-?\d{4,}$/.test(text) ? text.replaceAll(/\B(?=(\d{3})+$)/g, '{,}') : undefined,
  'decimal-as-fraction': ({ text }) => {
    const match = /^(-?)(\d*)\.(\d+)$/.exec(text);
    if (match === null) return undefined;
    const [, sign = '', whole = '', decimals = ''] = match;
    return `${sign}\\frac{${BigInt(whole + decimals)}}{${10n ** BigInt(decimals.length)}}`;
  },
  'fraction-as-decimal': ({ text }) => {
    const match = /^(-?)\\[dt]?frac\{(\d+)\}\{(2|4|5|8|10|20|25|50|100)\}$/.exec(text);
    return match === null ? undefined : `${match[1]}${Number(match[2]) / Number(match[3])}`;
  },
  'fraction-with-slash': ({ text }) => {
    const match = /^(-?)\\[dt]?frac\{(\d+)\}\{(\d+)\}$/.exec(text);
    return match === null ? undefined : `${match[1]}${match[2]}/${match[3]}`;
  },
  'integer-with-point': ({ text }) => (/^-?\d+$/.test(text) ? `${text}.0` : undefined),
  unreduced: ({ text }) => (/^-?[1-9]\d{0,5}$/.test(text) ? `\\frac{${2 * Number(text)}}{2}` : undefined),
  named: ({ text, isMixed, parts }) =>
    isMixed ||
    parts.length > 1 ||
    /[=<>|]|\\(in|le|ge|leq|geq|neq|approx|cup|infty|pm|mid|begin|to|ne|equiv|subset|forall)(?![a-zA-Z])|[a-zA-Z]\s*\(/.test(
      text,
    ) ||
    !/\d/.test(text) ||
    /\d\s+\d/.test(text) ||
    /[a-zA-Z]/.test(text.replaceAll(/\\[a-zA-Z]+/g, ''))
      ? undefined
      : `x = ${text}`,
  'name-dropped': ({ text, isMixed, parts }) => {
    const value = /^[a-zA-Z]\s*=\s*([^=]+)$/.exec(text)?.[1];
    return isMixed || parts.length > 1 || value === undefined || /[a-zA-Z]/.test(value.replaceAll(/\\[a-zA-Z]+/g, ''))
      ? undefined
      : value;
  },
  'large-brackets': ({ text, isMixed }) =>
    isMixed || /\\left|\\right|\\big|\\sqrt\[/i.test(text) || !isPaired(text)
      ? undefined
      : replaced(text.replaceAll(/(?<!\\)[)\]]/g, '\\right$&'), /(?<!\\)[([](?![^\]]*\\\\)/g, '\\left$&'),
  // Of numbers; the two products of vectors are two.
  'other-dot': ({ text, isMixed }) =>
    isMixed || /array|matrix|vec|math|arrow/.test(text) ? undefined : replaced(text, /\\times(?![a-zA-Z])/g, '\\cdot'),
  'other-signs': ({ text }) =>
    replaced(replaced(text, /\\leqslant(?![a-zA-Z])/g, '\\leq') ?? text, /\\geqslant(?![a-zA-Z])/g, '\\geq', text),
  // Of numbers alone: behind a letter or a function the brackets would be those of its argument.
  'root-as-power': ({ text, isMixed }) =>
    isMixed || /[a-zA-Z]/.test(text.replaceAll(/\\(?:[td]?frac|sqrt|left|right|pm|cup|infty|pi)(?![a-zA-Z])/g, ''))
      ? undefined
      : replaced(text, /\\sqrt\{(\d+)\}/g, '($1)^{1/2}'),
  'degrees-in-words': ({ text }) => {
    const number = /^(-?\d+(?:\.\d+)?)\s*\^(?:\\circ|\{\\circ\})$/.exec(text)?.[1];
    return number === undefined ? undefined : `${number} \\text{ degrees}`;
  },
  'with-unit': ({ text, parts }, unit) => {
    const name = unit === null ? undefined : units[unit];
    return name === undefined || parts.length > 1 ? undefined : `${text} ${name}`;
  },
};

/**
 * Several answers side by side, so that order and the word between them mean nothing: values alone, or each with its
 * letter. Behind `x=-1, 3` the letter stands for both, and `1 \leq t` beside a value is a condition.
 */
function listAnswers({ text, parts }: WrittenReference): readonly string[] | undefined {
  const values = parts.map((part) => part.replaceAll(/\\q?quad/g, '').trim());
  const isPlain = values.every((value) => !/[=<>]|\\(?:le|ge|ne|leq|geq|neq|in|approx)(?![a-zA-Z])/.test(value));
  const isNamed = values.every((value) => /^[a-zA-Z]\s*=[^=<>]+$/.test(value));
  return values.length > 1 && (isPlain || isNamed) && !/,\d{3}(?!\d)/.test(text) ? values : undefined;
}

/** The units of OlympiadBench as a model writes them. */
const units: Readonly<Record<string, string>> = {
  minute: '\\text{ minutes}',
  minutes: '\\text{ minutes}',
  min: '\\text{ min}',
  km: '\\text{ km}',
  'km/h': '\\text{ km/h}',
  '$cm^2$': '\\text{ cm}^2',
  '%': '\\%',
};

function replaced(
  text: string,
  pattern: RegExp,
  by: string | ((match: string, at: number) => string),
  from = text,
): string | undefined {
  const result =
    typeof by === 'string'
      ? text.replaceAll(pattern, by)
      : text.replaceAll(pattern, (match, ...rest) =>
          by(match, rest.find((value) => typeof value === 'number') as number),
        );
  return result === from ? undefined : result;
}

/** Every bracket has its partner of the same kind; half-open intervals have not. */
function isPaired(text: string): boolean {
  const open: string[] = [];
  for (const character of text.replaceAll(/\\[{}]/g, '')) {
    if (character === '(' || character === '[') open.push(character);
    if (character === ')' && open.pop() !== '(') return false;
    if (character === ']' && open.pop() !== '[') return false;
  }
  return open.length === 0 && /[([]/.test(text);
}

/** How the answer stands in the reply. Prose and several spans of mathematics fit into a box only. */
const frames: readonly ((text: string, isMixed: boolean) => string)[] = [
  (text) => `We go step by step. There are 3 cases to look at, and 17 of the 20 fall away.\n\nThus \\boxed{${text}}.`,
  (text, isMixed) =>
    isMixed
      ? `So we have\n\\boxed{${text}}`
      : `First try: \\boxed{0}? No, that forgets one.\n\nThe result is\n$$\\boxed{${text}}$$\n\nI checked it twice.`,
  (text, isMixed) =>
    isMixed
      ? `\\boxed{${text}}`
      : `<think>Maybe 12. Or \\boxed{13}.</think>\nAdding up gives 40 in between.\n\n\\[ \\boxed{ ${text} } \\]`,
  (text, isMixed) =>
    isMixed
      ? `Therefore: \\boxed{${text}}.`
      : `All in all, 5 steps.\n\nThe final answer is $${text}$. I hope it is correct.`,
];

/** Their names. */
export const rewritingRules: readonly string[] = Object.keys(rules);

export interface ReformattedReply {
  readonly rule: string;
  readonly reply: string;
}

/** A reply for each rule that applies to the reference, in turn in one of four frames. */
export function reformatReference(reference: string, unit: string | null): readonly ReformattedReply[] {
  const written = readWrittenReference(reference);
  const seen = new Set<string>();
  return Object.entries(rules).flatMap(([rule, rewrite], index): ReformattedReply[] => {
    const text = rewrite(written, unit);
    if (text === undefined || seen.has(text)) return [];
    seen.add(text);
    const frame = frames[(index + reference.length) % frames.length] as (typeof frames)[number];
    return [{ rule, reply: frame(text, written.isMixed) }];
  });
}
