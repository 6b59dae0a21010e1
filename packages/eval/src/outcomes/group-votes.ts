import { canonicalKey, type VerifyOptions, verifyAnswer } from '@scalequest/verifier';

/** The answers of a problem, those that mean the same under one number. */
export interface Votes {
  /** The number of each sample's answer, 0 for the first that was seen; undefined where the sample has none. */
  readonly groups: readonly (number | undefined)[];
  /** How many different answers there are. */
  readonly count: number;
  /** Pairs of answers that were judged by their keys alone, because the work for this problem was used up. */
  readonly unconfirmed: number;
}

export interface GroupVotesOptions {
  /** Engine steps for all comparisons of the problem together. @defaultValue 2_000_000 */
  readonly fuel?: number;
  /** Comparisons of two different texts. @defaultValue 1_000 */
  readonly comparisons?: number;
}

/** A single comparison may not use up what all share: hard pairs are rare, and equal answers seldom need more. */
const fuelOfOne = 200_000;

/** A key that is a plain number: two of them that differ are two numbers, and need no comparison. */
function isNumberKey(key: string | null): boolean {
  return key !== null && /^k1:-?\d+(?:\/\d+)?$/.test(key);
}

/**
 * Puts the answers to one problem into classes for a vote. Answers with one text fall together, and so do answers with one
 * canonical key, once a verification confirms it; what is left, one text of each kind, is compared with every class, so
 * that forms which only a computation shows to be equal are one vote. All comparisons are `strict`: nearness is not
 * transitive, and the classes must not depend on who voted first.
 *
 * The work is bounded for each problem, in steps and not in time, so that the classes are the same on every machine.
 * Beyond the bound the keys alone decide, and the pairs that this concerns are counted.
 */
export function groupVotes(answers: readonly (string | undefined)[], options: GroupVotesOptions = {}): Votes {
  const { comparisons = 1000 } = options;
  let { fuel = 2_000_000 } = options;
  let compared = 0;
  let unconfirmed = 0;
  const classes: { readonly answer: string; readonly key: string | null }[] = [];
  const classByText = new Map<string, number>();
  const classByKey = new Map<string, number>();

  const isSame = (
    index: number,
    { answer, key }: { readonly answer: string; readonly key: string | null },
  ): boolean => {
    const other = classes[index] as (typeof classes)[number];
    if (key !== other.key && isNumberKey(key) && isNumberKey(other.key)) return false;
    if (fuel <= 0 || compared >= comparisons) {
      unconfirmed++;
      return key !== null && key === other.key;
    }
    compared++;
    const strict: VerifyOptions = { preset: 'strict', fuel: Math.min(fuel, fuelOfOne) };
    const result = verifyAnswer({ reference: other.answer, candidate: answer }, strict);
    fuel -= result.fuel;
    return result.verdict === 'equal';
  };

  const find = (answer: string): number => {
    const key = canonicalKey(answer, { preset: 'strict', fuel: fuelOfOne });
    const alike = key === null ? undefined : classByKey.get(key);
    if (alike !== undefined && isSame(alike, { answer, key })) return alike;
    let found = classes.findIndex((_, index) => index !== alike && isSame(index, { answer, key }));
    if (found === -1) found = classes.push({ answer, key }) - 1;
    if (key !== null && alike === undefined) classByKey.set(key, found);
    return found;
  };

  const groups = answers.map((answer) => {
    if (answer === undefined) return undefined;
    const known = classByText.get(answer) ?? find(answer);
    classByText.set(answer, known);
    return known;
  });
  return { groups, count: classes.length, unconfirmed };
}
