import type { GraderRow } from '../../outcomes/summary.ts';
import { isSourceLabel } from '../../pipeline/source-label.ts';
import type { MeasuredRow } from '../board.ts';

/** The graders of a row, the source's label left out: the one that the score counts first, the others by name. */
export function listGraders({ grader, graders }: MeasuredRow): readonly (readonly [label: string, row: GraderRow])[] {
  const rank = (label: string): string => (label === grader ? '' : label);
  return Object.entries(graders)
    .filter(([label]) => !isSourceLabel(label))
    .sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1));
}
