import type { LabelAgreement } from './summary.ts';
import type { Tally } from './tally.ts';

/** The source's own labels, one byte a sample: 0 is no label, 1 wrong, 2 correct. */
export type LabelCodes = Uint8Array;

export function encodeLabel(isCorrect: boolean): number {
  return isCorrect ? 2 : 1;
}

/** Undefined where nothing is labelled. */
export function countAgreement(labelCodes: LabelCodes, tally: Pick<Tally, 'getOutcome'>): LabelAgreement | undefined {
  let labelled = 0;
  let labelCorrect = 0;
  let agree = 0;
  let onlyOursCorrect = 0;
  let onlyLabelCorrect = 0;
  labelCodes.forEach((code, sample) => {
    if (code === 0) return;
    const isLabelCorrect = code === 2;
    labelled++;
    if (isLabelCorrect) labelCorrect++;
    if ((tally.getOutcome(sample) === 'correct') === isLabelCorrect) agree++;
    else if (isLabelCorrect) onlyLabelCorrect++;
    else onlyOursCorrect++;
  });
  return labelled === 0 ? undefined : { labelled, labelCorrect, agree, onlyOursCorrect, onlyLabelCorrect };
}
