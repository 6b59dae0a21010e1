import { html, type Markup } from '@scalequest/core';
import type { BoardTable, MeasuredRow } from '../board.ts';
import { formatPoints, formatShare } from './format.ts';
import { listGraders } from './list-graders.ts';
import { listSourceLabels } from './list-source-labels.ts';
import { type ChartRow, renderChart, renderDiamond, renderDot, renderKey, renderSpan } from './render-chart.ts';
import { createScale, type Scale } from './scale.ts';

/** What each grader makes of the same replies. Null where no row has more than one judgement. */
export function renderSpreadChart({ measured }: BoardTable): Markup | null {
  const rows = measured
    .map((row, i) => ({ row, name: `measured-${i}` }))
    .filter(({ row }) => Object.keys(row.graders).length > 1);
  if (rows.length === 0) return null;
  const scale = createScale(rows.flatMap(({ row }) => Object.values(row.graders).map(({ accuracy }) => accuracy)));
  const keys = [renderKey(renderDot({ at: '50%', name: 'dot first' }), 'the score')];
  if (rows.some(({ row }) => listGraders(row).length > 1))
    keys.push(renderKey(renderDot({ at: '50%', name: 'dot hollow' }), 'other graders'));
  if (rows.some(({ row }) => listSourceLabels(row).length > 0))
    keys.push(renderKey(renderDiamond({ at: '50%', name: 'diamond' }), 'label of the source'));
  return renderChart({
    title: 'Graders of the same replies, %',
    legend: keys,
    scale,
    rows: rows.map(({ row, name }) => drawGraders(row, { name, scale })),
  });
}

function drawGraders(row: MeasuredRow, { name, scale }: { readonly name: string; readonly scale: Scale }): ChartRow {
  const graders = listGraders(row);
  const labels = listSourceLabels(row);
  const dot = (accuracy: number, kind: string): Markup => renderDot({ at: scale.place(accuracy), name: kind });
  const said = graders.map(([grader, { accuracy }]) => `${grader} ${formatShare(accuracy)} %`);
  for (const [name, { accuracy }] of labels)
    said.push(`label of the source${name === '' ? '' : `, ${name},`} ${formatShare(accuracy)} %`);
  const { min, max } = row.spread;
  return {
    name,
    model: row.model,
    value: graders.length < 2 ? '' : `${formatPoints(max - min)} points`,
    words: said.join(', '),
    drawing: html`${renderSpan({ from: min, to: max, scale, name: 'interval' })}${graders
      .filter(([grader]) => grader !== row.grader)
      .map(([, { accuracy }]) => dot(accuracy, 'dot hollow'))}${labels.map(([, { accuracy }]) =>
      renderDiamond({ at: scale.place(accuracy), name: 'diamond' }),
    )}${dot(row.score, 'dot first')}`,
  };
}
