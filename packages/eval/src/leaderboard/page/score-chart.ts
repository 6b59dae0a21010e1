import { html, type Markup } from '@scalequest/core';
import type { BoardTable, MeasuredRow, ReportedRow } from '../board.ts';
import { formatReported, formatShare } from './format.ts';
import { type ChartRow, renderChart, renderDiamond, renderDot, renderKey, renderSpan } from './render-chart.ts';
import { createScale, type Scale } from './scale.ts';

/** The forest plot: each score with its interval, and reported values under them as marks without one. */
export function renderScoreChart({ measured, reported }: BoardTable): Markup {
  const scale = createScale([
    ...measured.flatMap(({ score, interval }) => [score, interval.low, interval.high]),
    ...reported.map(({ percent }) => percent / 100),
  ]);
  const keys: Markup[] = [];
  if (measured.some(isFirst)) keys.push(renderKey(renderDot({ at: '50%', name: 'dot first' }), 'may be the first'));
  if (!measured.every(isFirst)) keys.push(renderKey(renderDot({ at: '50%', name: 'dot' }), 'others'));
  if (reported.length > 0)
    keys.push(renderKey(renderDiamond({ at: '50%', name: 'diamond' }), 'reported, not measured'));
  return renderChart({
    title: measured.length > 0 ? 'Score, %, with 95 % interval' : 'Reported score, %',
    legend: keys,
    scale,
    rows: [
      ...measured.map((row, i) => drawMeasured(row, { name: `measured-${i}`, scale })),
      ...reported.map((row, i) => drawReported(row, { name: `reported-${i}`, scale })),
    ],
  });
}

const isFirst = ({ rank }: MeasuredRow): boolean => rank.best === 1;

interface DrawOptions {
  readonly name: string;
  readonly scale: Scale;
}

function drawMeasured(row: MeasuredRow, { name, scale }: DrawOptions): ChartRow {
  const { model, score, interval, rank } = row;
  const ends = `${formatShare(interval.low)} % to ${formatShare(interval.high)} %`;
  const place = rank.best === rank.worst ? `${rank.best}` : `${rank.best}–${rank.worst}`;
  const [line, dot] = isFirst(row) ? ['interval first', 'dot first'] : ['interval', 'dot'];
  return {
    name,
    model,
    place,
    value: formatShare(score),
    words: `Score ${formatShare(score)} %, interval ${ends}, ${rank.best === rank.worst ? `place ${rank.best}` : `places ${rank.best} to ${rank.worst}`}`,
    drawing: html`${renderSpan({ from: interval.low, to: interval.high, scale, name: line })}${renderDot({ at: scale.place(score), name: dot })}`,
  };
}

function drawReported(row: ReportedRow, { name, scale }: DrawOptions): ChartRow {
  const { model, percent, source } = row;
  return {
    name,
    model,
    place: 'reported',
    value: formatReported(row),
    words: `Reported ${formatReported(row)} % in ${source}, not measured here`,
    drawing: renderDiamond({ at: scale.place(percent / 100), name: 'diamond' }),
  };
}
