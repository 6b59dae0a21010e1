import type { GraderRow } from '../../outcomes/summary.ts';
import type { MeasuredRow } from '../board.ts';

/** The name under which the label that came with recorded replies stands among the graders. */
export const sourceLabel = 'source-label';

/** The graders of a row, the source's label left out: the one that the score counts first, the others by name. */
export function listGraders({ grader, graders }: MeasuredRow): readonly (readonly [label: string, row: GraderRow])[] {
  const rank = (label: string): string => (label === grader ? '' : label);
  return Object.entries(graders)
    .filter(([label]) => label !== sourceLabel)
    .sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1));
}
