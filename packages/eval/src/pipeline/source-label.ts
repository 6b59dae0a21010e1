/** The grader under which the source's own label stands in the scores. */
export const sourceLabelGrader = 'source-label';

/** Where a source has several graders, each has a file of its own: `source-label.exact_match,strict-match`. */
export function nameSourceLabel(grader: string): string {
  return `${sourceLabelGrader}.${grader.replace(/[^\w,.@+-]/g, '-')}`;
}

/** Whether the scores under this name are the source's own. */
export function isSourceLabel(grader: string): boolean {
  return grader === sourceLabelGrader || grader.startsWith(`${sourceLabelGrader}.`);
}
