import { type Environment, findEnvironments, matchEnvironments } from './find-environments.ts';

/** A place of a reply that may hold the answer. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
  /** Mathematics in delimiters, a box without them, or plain numbers. */
  readonly found:
    | { readonly kind: 'latex'; readonly parts: readonly Environment[] }
    | { readonly kind: 'box'; readonly text: string }
    | { readonly kind: 'number'; readonly whole: string; readonly decimals: string; readonly isPercent: boolean }
    | { readonly kind: 'arithmetic'; readonly text: string };
}

const sign = '$€£¥₹₽₪₩₫฿₡₢₣₤₥₦₧₨₭₮₯₰₱₲₳₴₵₶₷₸₺₻₼₾₿';
const percent = String.raw`(?<percent>\s*(?:%|[Pp]ercent(?:age)?|[Pp]ct))?`;
const wholes = String.raw`(?<grouped>-?[1-9]\d{0,2}(?:[ ,]\d{3})+)(?<places>\.\d+)?`;
const decimals = String.raw`(?<whole>-?\d+)(?<marked>[.,]\d+)|(?<bare>\.\d+)|(?<plain>-?\d+)`;
const before = String.raw`(?:^|\s|=)(?:\*\*)?`;
const number = String.raw`${before}[${sign}]?(?<!\d)(?:${wholes}|${decimals})${percent}`;
const characters = String.raw`[\d.\s+\-*×/^()÷]`;
const arithmetic = String.raw`${before}(?<arithmetic>-?\(?-?\d${characters}{0,200}[+\-*×/^()÷]${characters}{1,200}\)?)(?:\*\*)?(?:[.,:\s)$]|$)`;
const either = `(?:${arithmetic}|${number})`;

/** In the order of trust. Words end in a place where mathematics or a number has to stand. */
const stages: readonly { readonly rule: string; readonly latex?: RegExp; readonly plain: readonly RegExp[] }[] = [
  {
    rule: 'final-answer-sentence',
    latex: /final answer is:?\s*/gi,
    plain: [new RegExp(`[Ff][Ii][Nn][Aa][Ll] [Aa][Nn][Ss][Ww][Ee][Rr] [Ii][Ss]:?\\s*${either}\\.?\\s?I hope`, 'g')],
  },
  {
    rule: 'final-answer-phrase',
    latex: /final answer.{0,100}?\s+is:?\s*/gi,
    plain: [new RegExp(`[Ff][Ii][Nn][Aa][Ll] [Aa][Nn][Ss][Ww][Ee][Rr].{0,100}?\\s+is:?${either}`, 'g')],
  },
  {
    rule: 'answer-colon',
    latex: /answer:/gi,
    plain: [new RegExp(`[Aa][Nn][Ss][Ww][Ee][Rr]:(?:.{0,100}=\\s*|.{0,50}?)${either}(?!\\s*=)`, 'g')],
  },
  {
    rule: 'answer-word',
    latex: /answer/gi,
    plain: [new RegExp(`[Aa][Nn][Ss][Ww][Ee][Rr](?:.{0,100}=\\s*|.{0,50}?)${either}(?!\\s*=)`, 'g')],
  },
  { rule: 'last-mathematics', plain: [new RegExp(arithmetic, 'g'), new RegExp(number, 'g')] },
];

/** Replies longer than this are looked at from their end. */
const longestReply = 40_000;

/**
 * The places of a reply that math-verify looks at, stage by stage: within a stage those that end last come first, and of
 * those the longest. A stage is made when it is asked for.
 */
export function* findCandidates(written: string): Generator<readonly Candidate[]> {
  const reply = written.slice(-longestReply);
  for (const [i, stage] of stages.entries()) {
    yield sort(findOfStage(reply, stage));
    if (i === 1) yield sort(findBoxes(reply));
  }
}

function sort(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.toSorted((a, b) => b.end - a.end || a.start - b.start);
}

function findOfStage(reply: string, { rule, latex, plain }: (typeof stages)[number]): readonly Candidate[] {
  const mathematics = latex === undefined ? findLatex(reply, rule) : findLatexBehind(reply, rule, latex);
  return [
    ...mathematics,
    ...plain.flatMap((pattern) => [...reply.matchAll(pattern)].map((match) => readPlain(match, rule))),
  ];
}

function findLatex(reply: string, rule: string): readonly Candidate[] {
  return findEnvironments(reply, false).map((parts) => makeLatex(parts, rule));
}

function makeLatex(parts: readonly Environment[], rule: string, start?: number): Candidate {
  const [first, last] = [parts[0] as Environment, parts.at(-1) as Environment];
  return { start: start ?? first.start, end: last.end, rule, found: { kind: 'latex', parts } };
}

/** Behind some words, at once or up to fifty characters on. */
function findLatexBehind(reply: string, rule: string, words: RegExp): readonly Candidate[] {
  const reach = rule.startsWith('answer') ? 50 : 0;
  const found: Candidate[] = [];
  let from = 0;
  for (const match of reply.matchAll(words)) {
    if (match.index < from) continue;
    const parts = findWithin(reply, match.index + match[0].length, reach);
    if (parts.length === 0) continue;
    const candidate = makeLatex(parts, rule, match.index);
    if (rule === 'final-answer-sentence' && !/^\.?\s?I hope/.test(reply.slice(candidate.end))) continue;
    found.push(candidate);
    from = candidate.end;
  }
  return found;
}

function findWithin(reply: string, start: number, reach: number): readonly Environment[] {
  for (let i = start; i <= start + reach && i < reply.length; i++) {
    const parts = matchEnvironments(reply, i, false);
    if (parts.length > 0) return parts;
    if (reply[i] === '\n') break;
  }
  return [];
}

/** Boxes in mathematics, and boxes up to the last brace of their line. */
function findBoxes(reply: string): readonly Candidate[] {
  if (!reply.includes('\\boxed{')) return [];
  const rule = 'boxed';
  const inMathematics = findEnvironments(reply, true).map((parts) => makeLatex(parts, rule));
  const alone = [...reply.matchAll(/\\boxed\{.+\}/g)].map(
    ({ index, 0: text }): Candidate => ({ start: index, end: index + text.length, rule, found: { kind: 'box', text } }),
  );
  return [...inMathematics, ...alone];
}

function readPlain(match: RegExpExecArray, rule: string): Candidate {
  const groups = match.groups ?? {};
  const place = { start: match.index, end: match.index + match[0].length, rule };
  if (groups.arithmetic !== undefined) return { ...place, found: { kind: 'arithmetic', text: groups.arithmetic } };
  const whole = groups.grouped ?? groups.whole ?? groups.plain ?? '';
  const places = groups.places ?? groups.marked ?? groups.bare ?? '';
  return { ...place, found: { kind: 'number', whole, decimals: places, isPercent: groups.percent !== undefined } };
}
