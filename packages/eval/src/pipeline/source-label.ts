import { digest } from '@scalequest/core';

/** The grader under which the source's own label stands in the scores. */
export const sourceLabelGrader = 'source-label';

/** The longest name of a grader that stands in a file's name as it is. */
const maxName = 120;

/** Each of a source's graders has a file of its own: `source-label.exact_match,strict-match`. No two share one. */
export function nameSourceLabel(grader: string): string {
  const name = grader.replace(/[^\w,.@+-]/gu, (letter) => `%${letter.codePointAt(0)?.toString(16)}`);
  const short = name.length <= maxName ? name : `${name.slice(0, maxName)}~${digest(grader).slice(0, 8)}`;
  return `${sourceLabelGrader}.${short}`;
}

/** Whether the scores under this name are the source's own. */
export function isSourceLabel(grader: string): boolean {
  return grader === sourceLabelGrader || grader.startsWith(`${sourceLabelGrader}.`);
}
