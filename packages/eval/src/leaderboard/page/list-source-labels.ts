import type { GraderRow } from '../../outcomes/summary.ts';
import { isSourceLabel, sourceLabelGrader } from '../../pipeline/source-label.ts';
import type { MeasuredRow } from '../board.ts';

/** The labels that came with a row's replies: the source's own, without a name, then those of its several graders by name. */
export function listSourceLabels({ graders }: MeasuredRow): readonly (readonly [name: string, row: GraderRow])[] {
  return Object.entries(graders)
    .filter(([label]) => isSourceLabel(label))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, row]) => [label.slice(sourceLabelGrader.length + 1), row]);
}
