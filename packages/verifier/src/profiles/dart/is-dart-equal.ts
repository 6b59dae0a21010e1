import { areCloseNumbers } from './are-close-numbers.ts';
import { removeOuterBrackets } from './brackets.ts';
import { catchDartError, dartError } from './dart-error.ts';
import { isEqualBySympy } from './is-equal-by-sympy.ts';
import { normalizeDartAnswer } from './normalize-dart-answer.ts';
import { readDateTime } from './read-date-time.ts';
import { readFloat } from './read-float.ts';

/** Longer answers are compared as they are written. */
const longestAnswer = 1500;

/** Every element is compared with every other: more than these take the original longer than its five seconds. */
const mostElements = 60;

export interface DartPair {
  readonly reference: string;
  readonly candidate: string;
  /** Whether the elements may stand in any order. */
  readonly areSets: boolean;
}

/** Whether EvaluatorMath of DART-Math counts the candidate as right; false wherever it raises. */
export function isDartEqual(pair: DartPair): boolean {
  if (pair.reference.length > longestAnswer || pair.candidate.length > longestAnswer) {
    return pair.reference === pair.candidate;
  }
  return catchDartError(() => isEqual(pair)) ?? false;
}

function isEqual({ reference, candidate, areSets }: DartPair): boolean {
  const date = readDateTime(candidate);
  if (date !== undefined && date === readDateTime(reference)) return true;
  const pred = normalizeDartAnswer(candidate);
  const ref = normalizeDartAnswer(reference);
  if (pred === '' || !/^\p{ASCII}*$/u.test(pred)) return false;
  if (pred.toLowerCase() === ref.toLowerCase()) return true;
  if (areSets) return areSameSets(extractDartSet(pred), extractDartSet(ref));
  const [a, b] = [readFloat(ref), readFloat(pred)];
  if (a !== undefined && b !== undefined && areCloseNumbers(a, b)) return true;
  const { isEqual: isSame, isUnread } = isEqualBySympy({ reference: ref, candidate: pred });
  if (isSame) return true;
  // Neither a number nor anything else: the original raises.
  if ((isUnread.reference && a === undefined) || (isUnread.candidate && b === undefined)) throw dartError;
  return false;
}

function areSameSets(preds: readonly string[], refs: readonly string[]): boolean {
  if (preds.length !== refs.length) return false;
  const left = [...refs];
  for (const candidate of preds) {
    const at = left.findIndex((reference) => isEqual({ reference, candidate, areSets: false }));
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return true;
}

/** `x=1or2`, `{1,2}`, `\{1,2\}` */
export function isDartSet(text: string): boolean {
  const isBraced = text.startsWith('{') && text.endsWith('}');
  return isBraced || /[^a-z]or(?:x|[^a-z])/.test(text) || (text.startsWith('\\{') && text.endsWith('\\}'));
}

/** The elements, each once, in the order of their letters. */
export function extractDartSet(text: string): readonly string[] {
  const elements = removeOuterBrackets(text)
    .replaceAll('or', ',')
    .split(',')
    .map((element) => element.trim());
  if (elements.length > mostElements) throw dartError;
  const kept: string[] = [];
  elements.forEach((reference, i) => {
    const isKnown = elements.slice(0, i).some((candidate) => isEqual({ reference, candidate, areSets: false }));
    if (!isKnown) kept.push(reference);
  });
  return kept.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
