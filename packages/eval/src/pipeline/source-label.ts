/** The grader under which the source's own label stands in the scores. */
export const sourceLabelGrader = 'source-label';
