import type { Expression } from '../../expression/expression.ts';
import { makeProduct } from '../../expression/expression-parts.ts';
import { makeRational } from '../../rational.ts';
import { type Candidate, findCandidates } from './find-candidates.ts';
import { type MathValue, makeScalar, percentUnit } from './math-value.ts';
import { normalizeLatex } from './normalize-latex.ts';
import { readMath } from './read-math.ts';
import { readScalar } from './read-scalar.ts';

/** What `parse` of math-verify gives. */
export interface ParsedReply {
  /** The first place that could be read; undefined where there is none. */
  readonly value: MathValue | undefined;
  /** The text that the value was read from; else the first that was looked at. */
  readonly text: string;
  /** The first text that was looked at, which is compared as it stands. */
  readonly firstText: string;
  readonly rule: string;
}

/** How many places of a reply are looked at. */
const mostCandidates = 400;

/** The answer of a reply as math-verify parses it; undefined where it finds nothing that may be one. */
export function parseReply(reply: string): ParsedReply | undefined {
  let first: { readonly text: string; readonly rule: string } | undefined;
  let left = mostCandidates;
  for (const stage of findCandidates(reply)) {
    for (const candidate of stage) {
      if (left-- <= 0) return first && { value: undefined, firstText: first.text, ...first };
      const { value, text } = readCandidate(candidate);
      if (text !== '') first ??= { text, rule: candidate.rule };
      if (value !== undefined) return { value, text, firstText: first?.text ?? '', rule: candidate.rule };
    }
  }
  return first && { value: undefined, firstText: first.text, ...first };
}

function readCandidate({ found }: Candidate): { readonly value: MathValue | undefined; readonly text: string } {
  switch (found.kind) {
    case 'box': {
      const text = normalizeLatex(found.text, 'last');
      return { value: readMath(text), text };
    }
    case 'number':
      return readNumber(found);
    case 'arithmetic':
      return { value: readArithmetic(found.text), text: found.text };
    default:
      return readParts(found.parts);
  }
}

function readParts(parts: readonly { readonly content: string; readonly isPercent: boolean }[]): {
  readonly value: MathValue | undefined;
  readonly text: string;
} {
  const texts = parts.map(({ content }) => normalizeLatex(content, 'all'));
  const values = texts.map((text, i) => {
    const value = readMath(text);
    return parts[i]?.isPercent && value?.kind === 'scalar'
      ? makeScalar(makeProduct([value.expression, percentUnit]))
      : value;
  });
  if (values.length > 1 && values.every((value) => value !== undefined)) {
    const items = values.flatMap((value) => (value.kind === 'set' ? value.items : [value]));
    return { value: { kind: 'set', items }, text: texts.join(' and ') };
  }
  return { value: values[0], text: texts[0] ?? '' };
}

/** Spaces and commas of thousands go, and leading zeros where no sign stands before them. */
function readNumber({ whole, decimals, isPercent }: Extract<Candidate['found'], { kind: 'number' }>): {
  readonly value: MathValue;
  readonly text: string;
} {
  const digits = whole.replaceAll(/[ ,]/g, '').replace(/^0+/, '') || '0';
  const places = decimals.slice(1);
  const text = `${digits}${decimals.replace(',', '.')}`;
  const value = makeRational(BigInt(digits + places), 10n ** BigInt(places.length));
  const number: Expression = {
    kind: 'rational',
    value: places === '' ? value : { ...value, places: places.length },
  };
  return { value: makeScalar(isPercent ? makeProduct([number, percentUnit]) : number), text };
}

/** As Python reads it: every product has its sign, and no number starts with a zero. */
function readArithmetic(text: string): MathValue | undefined {
  if (/[×÷]|[\d)]\s+[\d(]|\d\s*\(|\)\s*[\d(]|(?<![\d.])0\d/.test(text)) return undefined;
  const expression = readScalar(
    text
      .replaceAll('**', '^')
      .replaceAll(/\^\s*(-?[\d.]+)/g, '^{$1}')
      .replaceAll(/\^\s*\(([^()]*)\)/g, '^{$1}'),
  );
  return expression && makeScalar(expression);
}
