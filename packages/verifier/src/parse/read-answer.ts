import type { Fuel } from '../fuel.ts';
import { type ParsedAnswer, parseAnswer } from './parse-answer.ts';
import { printValue } from './values.ts';

/** A parsed answer with its normal form. */
export interface ReadAnswer {
  readonly parsed: ParsedAnswer;
  readonly printed: string;
}

const mostKept = 64;
const longestKept = 400;
const kept = new Map<string, ReadAnswer & { readonly steps: number }>();

/**
 * Parses normalised text. The last answers are kept, since one reference is compared with many replies. What
 * is kept costs the fuel that it took to parse, so that a verdict does not depend on what was asked before.
 */
export function readAnswer(text: string, fuel: Fuel): ReadAnswer {
  const known = kept.get(text);
  if (known !== undefined && known.steps <= fuel.left) {
    // Behind all others again: those in front go first.
    kept.delete(text);
    kept.set(text, known);
    fuel.spend(known.steps);
    return known;
  }
  const before = fuel.used;
  const parsed = parseAnswer(text, fuel);
  const [reading] = parsed.readings;
  const answer = { parsed, printed: reading === undefined ? text : printValue(reading), steps: fuel.used - before };
  if (!fuel.isOut && text.length <= longestKept) {
    kept.set(text, answer);
    if (kept.size > mostKept) kept.delete(kept.keys().next().value as string);
  }
  return answer;
}
