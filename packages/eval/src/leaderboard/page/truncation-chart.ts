import { html, type Markup } from '@scalequest/core';
import type { BoardTable, MeasuredRow } from '../board.ts';
import { limits } from '../letters.ts';
import { formatNumberOf, formatShare } from './format.ts';
import { type ChartRow, renderChart, renderKey, renderLine, renderSpan } from './render-chart.ts';
import { createScale, type Scale } from './scale.ts';

const limit = limits.truncated;

/** Replies that were cut at their token limit, of the rows that have any. Null where none has. */
export function renderTruncationChart({ measured }: BoardTable): Markup | null {
  const rows = measured.map((row, i) => ({ row, name: `measured-${i}` })).filter(({ row }) => row.rates.truncated > 0);
  if (rows.length === 0) return null;
  const scale = createScale([0, limit, ...rows.map(({ row }) => row.rates.truncated)]);
  const line = html`<line class="limit" x1="50%" x2="50%" y1="0" y2="16"/>`;
  const others = measured.length - rows.length;
  return renderChart({
    title: 'Truncated replies, %',
    legend: [
      renderKey(line, `above ${limit * 100} % the row is marked`),
      html`${others === 0 ? null : `none in ${formatNumberOf(others, 'other row')}`}`,
    ],
    scale,
    rows: rows.map(({ row, name }) => drawTruncated(row, { name, scale })),
  });
}

function drawTruncated(
  { model, rates: { truncated } }: MeasuredRow,
  { name, scale }: { readonly name: string; readonly scale: Scale },
): ChartRow {
  const kind = truncated > limit ? 'bar over' : 'bar';
  return {
    name,
    model,
    value: formatShare(truncated),
    words: `${formatShare(truncated)} % truncated`,
    drawing: html`${renderLine({ at: limit, scale, name: 'limit' })}${renderSpan({ from: 0, to: truncated, scale, name: kind })}`,
  };
}
