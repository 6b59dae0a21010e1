import { canonicalKey } from './canonical-key.ts';
import type { VerifyOptions } from './types.ts';
import { verifyAnswer } from './verify-answer.ts';

/** Answers that mean the same. */
export interface AnswerGroup {
  /** The first of them, as it was written. */
  readonly answer: string;
  /** Where they stand among all answers, in order. */
  readonly indexes: readonly number[];
}

/**
 * Puts answers that mean the same together, largest group first; of two of one size, the one whose first answer came
 * first. For majority voting: `groupAnswers(answers)[0]` is the winner, and a tie shows in the sizes.
 *
 * Answers with one text or one key fall together at once, each confirmed by a verification; only what is left, one
 * answer of each kind, is compared with every group. Under the preset `strict` unless the options name another:
 * nearness is not transitive, and a vote must not depend on who voted first.
 *
 * @example
 * groupAnswers(['1/2', '3', '0.5']); // [{ answer: '1/2', indexes: [0, 2] }, { answer: '3', indexes: [1] }]
 */
export function groupAnswers(answers: readonly string[], options: VerifyOptions = {}): AnswerGroup[] {
  const strict: VerifyOptions = { preset: 'strict', ...options };
  const isEqual = (reference: string, candidate: string): boolean =>
    verifyAnswer({ reference, candidate }, strict).verdict === 'equal';
  const groups: { readonly answer: string; readonly indexes: number[] }[] = [];
  const byText = new Map<string, number[]>();
  const byKey = new Map<string, { readonly answer: string; readonly indexes: number[] }>();
  answers.forEach((answer, index) => {
    const known = byText.get(answer);
    if (known !== undefined) {
      known.push(index);
      return;
    }
    const key = canonicalKey(answer, strict);
    const alike = key === null ? undefined : byKey.get(key);
    const group =
      alike !== undefined && isEqual(alike.answer, answer)
        ? alike
        : (groups.find((other) => other !== alike && isEqual(other.answer, answer)) ?? { answer, indexes: [] });
    if (group.indexes.length === 0) groups.push(group);
    group.indexes.push(index);
    byText.set(answer, group.indexes);
    if (key !== null && !byKey.has(key)) byKey.set(key, group);
  });
  return groups.sort(
    (a, b) => b.indexes.length - a.indexes.length || (a.indexes[0] as number) - (b.indexes[0] as number),
  );
}
