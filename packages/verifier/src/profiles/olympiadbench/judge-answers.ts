import { Fuel } from '../../fuel.ts';
import { isSameAnswer } from './is-same-answer.ts';
import { prepareAnswer } from './prepare-answer.ts';

/** Comparisons of single answers that one pair may take. */
const mostComparisons = 400;

const defaultTolerance = 1e-8;

export interface Judged {
  /** The model's answer. The judge takes it for its first argument. */
  readonly candidate: string;
  readonly reference: string;
  /** The item's `error`: one bound, or one for each answer with commas between. */
  readonly tolerance?: string | undefined;
}

/**
 * Whether OlympiadBench's judge counts the answer as right: the same text, or as many answers as the reference has, each
 * of which finds a partner. A list of bounds goes with the answers in the order of the candidate.
 */
export function judgeAnswers({ candidate, reference, tolerance }: Judged): boolean {
  const [first, second] = [prepareAnswer(candidate), prepareAnswer(reference)];
  if (first === undefined || second === undefined) return false;
  if (first === second) return true;
  const open = listAnswers(first);
  const partners = listAnswers(second);
  if (open.length !== partners.length) return false;
  const bounds = readBounds(tolerance, open.length);
  const fuel = new Fuel(mostComparisons);
  for (let at = -1; open.length > 0; ) {
    at = (at + 1) % open.length;
    const [answer, bound] = [open[at] as string, bounds[at]];
    // Fewer bounds than answers: the judge stops with an error.
    if (bound === undefined || Number.isNaN(bound)) return false;
    const partner = partners.find((other) => fuel.spend(1) && isSameAnswer(answer, other, bound));
    if (partner === undefined) return false;
    remove(open, answer);
    remove(partners, partner);
    remove(bounds, bound);
  }
  return true;
}

/** The first that is equal goes, as the judge does it, also where another one was meant. */
function remove<Item>(items: Item[], item: Item): void {
  items.splice(items.indexOf(item), 1);
}

function readBounds(tolerance: string | undefined, count: number): number[] {
  if (tolerance?.includes(','))
    return tolerance.split(',').map((bound) => (bound === '' ? defaultTolerance : Number(bound)));
  const bound = tolerance ? Number(tolerance) : defaultTolerance;
  return Array.from({ length: count }, () => bound);
}

/** Split at commas outside of brackets, without Chinese words; a plus-minus gives two. */
function listAnswers(text: string): string[] {
  return splitAtCommas(text.replaceAll(/[一-鿿]+/g, '')).flatMap((answer) =>
    answer.includes('\\pm') ? [answer.replaceAll('\\pm', '+'), answer.replaceAll('\\pm', '-')] : [answer],
  );
}

function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if ('(['.includes(character)) depth++;
    else if (')]'.includes(character)) depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return start < text.length ? [...parts, text.slice(start).trim()] : parts;
}
