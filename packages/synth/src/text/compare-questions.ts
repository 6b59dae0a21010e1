import { alignTokens, type Hunk } from './align-tokens.ts';
import { findMeaning, functionWords } from './meaning-words.ts';
import { glue } from './normalise-text.ts';
import { numberWords } from './number-words.ts';

/**
 * What one question is to another that looks like it: `reworded` where none of their differences changes what is asked,
 * `renumbered` where numbers are changed too, and `different`.
 */
export type Resemblance = 'reworded' | 'renumbered' | 'different';

export interface Comparison {
  readonly resemblance: Resemblance;
  /** Words that are changed, added or removed, and variables that have another name; numbers are not counted. */
  readonly edits: number;
}

type Kind = 'word' | 'number' | 'variable' | 'sign';

/** Parts of a normalised text. */
export function splitTokens(normal: string): readonly string[] {
  return normal === '' ? [] : normal.replaceAll(glue, ' ').split(' ');
}

/**
 * Tells edits of a question from questions that only look like it.
 *
 * A copy keeps every sign, every LaTeX command and every word that decides what is asked (`findMeaning`), and has as many
 * numbers, each in its place. Variables may have other names where each name stands for one and the same throughout. A word may be
 * another one, but two words that both texts know may not stand for each other: "How many apples?" and "How many pears?" of one
 * story are two questions.
 *
 * The answer is the same both ways round.
 */
export function compareQuestions(a: readonly string[], b: readonly string[]): Comparison {
  const [left, right] = isInOrder(a, b) ? [a, b] : [b, a];
  const aligned = alignTokens(left, right);
  if (aligned === undefined) return different;
  const pair = new QuestionPair(left, right);
  for (const [one, other] of aligned.matches) if (!pair.rename(one, other)) return different;
  for (const hunk of aligned.hunks) if (!pair.allows(hunk)) return different;
  return { resemblance: pair.hasOtherNumbers ? 'renumbered' : 'reworded', edits: pair.edits };
}

const different: Comparison = { resemblance: 'different', edits: Number.POSITIVE_INFINITY };

/** Of two ways to align texts one is taken, whichever text is the first. */
function isInOrder(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return a.length < b.length;
  const place = a.findIndex((token, at) => token !== b[at]);
  return (a[place] ?? '') <= (b[place] ?? '');
}

class QuestionPair {
  hasOtherNumbers = false;
  edits = 0;
  readonly #a: ReadonlySet<string>;
  readonly #b: ReadonlySet<string>;
  /** Then a word is not what it means, but the letters that it has. */
  readonly #isAboutLetters: boolean;
  /** Then variables are names of the plane's axes, and have no others. */
  readonly #isAboutAxes: boolean;
  readonly #namesInB = new Map<string, string>();
  readonly #namesInA = new Map<string, string>();

  constructor(a: readonly string[], b: readonly string[]) {
    this.#a = new Set(a);
    this.#b = new Set(b);
    this.#isAboutAxes = ['axis', 'axes', 'intercept', 'intercepts', 'coordinate', 'plane'].some((one) =>
      this.#a.has(one),
    );
    this.#isAboutLetters = ['letters', 'word', 'spell', 'spells', 'anagram', 'anagrams'].some((one) =>
      this.#a.has(one),
    );
  }

  /** @returns false where a variable would have two names */
  rename(left: string, right: string): boolean {
    if (kindOf(left) !== 'variable' || kindOf(right) !== 'variable') return true;
    // Euler's number has no other name.
    if (left !== right && (this.#isAboutAxes || left === 'e' || right === 'e')) return false;
    const inB = this.#namesInB.get(left) ?? right;
    const inA = this.#namesInA.get(right) ?? left;
    if (left !== right && !this.#namesInB.has(left)) this.edits += 1;
    this.#namesInB.set(left, inB);
    this.#namesInA.set(right, inA);
    return inB === right && inA === left;
  }

  allows({ left, right }: Hunk): boolean {
    if (!haveSame(left, right, 'sign')) return false;
    const numbers = pairUp(left, right, 'number');
    const variables = pairUp(left, right, 'variable');
    if (numbers === undefined || variables === undefined) return false;
    if (numbers.some(([one, other]) => one !== other)) this.hasOtherNumbers = true;
    this.edits += Math.max(left.length, right.length) - numbers.length - variables.length;
    return variables.every(([one, other]) => this.rename(one, other)) && this.#allowWords(left, right);
  }

  #allowWords(left: readonly string[], right: readonly string[]): boolean {
    const lost = left.filter((token) => kindOf(token) === 'word');
    const gained = right.filter((token) => kindOf(token) === 'word');
    const pairs = lost.length === gained.length ? lost.map((one, place) => [one, gained[place] ?? ''] as const) : [];
    if (pairs.length > 0) return pairs.every(([one, other]) => this.#allowsPair(one, other));
    const meanings = (words: readonly string[]): string =>
      words
        .flatMap((word) => findMeaning(word) ?? [])
        .sort()
        .join(' ');
    if (meanings(lost) !== meanings(gained)) return false;
    // What is gone from one place and stands at another may have taken another's part.
    const isMoved = (words: readonly string[], others: ReadonlySet<string>): boolean =>
      words.some((word) => !functionWords.has(word) && others.has(word));
    return !(isMoved(lost, this.#b) && isMoved(gained, this.#a));
  }

  #allowsPair(one: string, other: string): boolean {
    if (one === other) return true;
    if (!this.#isAboutLetters && isTypingError(one, other)) return true;
    if (isNegated(one, other) || isNegated(other, one)) return false;
    if (findMeaning(one) !== findMeaning(other)) return false;
    if (functionWords.has(one) || functionWords.has(other)) return true;
    if (this.#isAboutLetters) return false;
    return !(this.#b.has(one) && this.#a.has(other));
  }
}

/**
 * A hash of what every edit of a question has in common with it: the signs in their order, and how many numbers and variables
 * there are. Of texts whose hashes differ `compareQuestions` says `different`: most that look alike need not be read.
 *
 * @param masked the normalised text with `#` for its numbers
 */
export function hashFrame(masked: string): number {
  let signs = 0x2f0b4c47;
  let numberCount = 0;
  let variableCount = 0;
  for (let at = 0, end = 0; at < masked.length; at = end + 1) {
    end = at + 1;
    while (masked.charCodeAt(end) > 32) end += 1;
    const code = masked.charCodeAt(at);
    const isAlone = end === at + 1;
    if (code >= 97 && code <= 122) {
      if (isAlone && !isArticle(code)) variableCount += 1;
    } else if (code === 35 && isAlone) numberCount += 1;
    else if (code === 92 && end === at + 2 && isArticle(masked.charCodeAt(at + 1))) variableCount += 1;
    else if (code <= 127 || kindOf(masked.slice(at, end)) === 'sign') {
      for (let place = at; place < end; place++) signs = Math.imul(signs ^ masked.charCodeAt(place), 0x01000193);
      signs = Math.imul(signs ^ (signs >>> 15), 0x846ca68b);
    }
  }
  return (signs ^ Math.imul(numberCount, 0x27d4eb2f) ^ Math.imul(variableCount, 0x9e3779b1)) >>> 0;
}

/** The letters that are words where they stand alone: `a` and `i`. */
function isArticle(code: number): boolean {
  return code === 97 || code === 105;
}

function kindOf(token: string): Kind {
  const code = token.charCodeAt(0);
  if ((code >= 48 && code <= 57) || (code === 46 && token.length > 1) || numberWords.has(token)) return 'number';
  if (token === '\\a' || token === '\\i') return 'variable';
  if (code >= 97 && code <= 122) return token.length > 1 || token === 'a' || token === 'i' ? 'word' : 'variable';
  return code > 127 && /^[\p{L}\p{M}]/u.test(token) ? 'word' : 'sign';
}

function haveSame(left: readonly string[], right: readonly string[], kind: Kind): boolean {
  const pairs = pairUp(left, right, kind);
  return pairs?.every(([one, other]) => one === other) ?? false;
}

/** Those of one kind, in their order; undefined where one side has more. */
function pairUp(
  left: readonly string[],
  right: readonly string[],
  kind: Kind,
): readonly (readonly [string, string])[] | undefined {
  const ones = left.filter((token) => kindOf(token) === kind);
  const others = right.filter((token) => kindOf(token) === kind);
  return ones.length === others.length ? ones.map((one, place) => [one, others[place] ?? '']) : undefined;
}

const negations = ['un', 'in', 'im', 'ir', 'non', 'dis', 'a', 'anti', 'counter', 'semi'];

function isNegated(word: string, other: string): boolean {
  return negations.some((prefix) => other === prefix + word);
}

/** One letter too many, too few, wrong, or two in the wrong order, in a word that is long enough for it, and that becomes none of those that decide. */
function isTypingError(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (short.length < 5 || long.length - short.length > 1) return false;
  if (findMeaning(one) !== undefined && findMeaning(other) !== undefined) return false;
  if (isNegated(short, long)) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  const rest = short.slice(start);
  if (long.length > short.length) return rest === long.slice(start + 1);
  if (rest.slice(1) === long.slice(start + 1)) return true;
  return rest[0] === long[start + 1] && rest[1] === long[start] && rest.slice(2) === long.slice(start + 2);
}
