import { canonicalKey, type VerifyOptions, verifyAnswer } from '@scalequest/verifier';

/** For rewards: an equality that rests on leniency is no vote. A hundredth of a second at most for each comparison. */
const strict: VerifyOptions = { preset: 'strict', fuel: 100_000 };

/**
 * The classes of answers that mean the same, as positions in order: the largest first, of two of one size the one whose first
 * answer came first. Every two answers are compared, and what is equal to a common third is in one class, so that the classes
 * do not depend on the order of the answers. Null and an empty text stand for no answer, and are in no class.
 *
 * @example
 * classifyAnswers(['1/2', null, '3', '0.5']); // [[0, 3], [2]]
 */
export function classifyAnswers(answers: readonly (string | null)[]): readonly (readonly number[])[] {
  const classes: { readonly texts: string[]; positions: number[] }[] = [];
  const byText = new Map<string, number[]>();
  for (const [position, answer] of answers.entries()) {
    if (answer === null || answer === '') continue;
    const known = byText.get(answer);
    if (known === undefined) byText.set(answer, [position]);
    else known.push(position);
  }
  const keys = new Map<string, string | null>();
  const isSame = (a: string, b: string): boolean => {
    const [keyA, keyB] = [a, b].map((text) => {
      if (!keys.has(text)) keys.set(text, canonicalKey(text, strict));
      return keys.get(text) ?? null;
    });
    // Two answers with one key are equal.
    return (keyA !== null && keyA === keyB) || verifyAnswer({ reference: a, candidate: b }, strict).verdict === 'equal';
  };
  for (const [text, positions] of byText) {
    const same = classes.filter(({ texts }) => texts.some((other) => isSame(other, text)));
    const [first, ...others] = same;
    if (first === undefined) {
      classes.push({ texts: [text], positions });
      continue;
    }
    for (const other of others) classes.splice(classes.indexOf(other), 1);
    first.texts.push(text, ...others.flatMap(({ texts }) => texts));
    first.positions = [first, ...others].flatMap((one) => one.positions).concat(positions);
  }
  return classes
    .map(({ positions }) => positions.toSorted((a, b) => a - b))
    .sort((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0));
}
