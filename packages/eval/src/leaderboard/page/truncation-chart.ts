import type { BoardTable, MeasuredRow } from '../board.ts';
import { limits } from '../letters.ts';
import { formatShare } from './format.ts';
import { html, type Markup } from './markup.ts';
import { type ChartRow, middle, renderChart, renderKey, renderLine } from './render-chart.ts';
import { createScale, type Scale } from './scale.ts';

const limit = limits.truncated;

/** Replies that were cut at their token limit. Null where none was. */
export function renderTruncationChart({ measured }: BoardTable): Markup | null {
  const rates = measured.map(({ rates: { truncated } }) => truncated);
  if (rates.every((rate) => rate === 0)) return null;
  const scale = createScale([0, limit, ...rates]);
  return renderChart({
    title: 'Truncated replies, %',
    legend: [
      renderKey(
        html`<line class="limit" x1="50%" x2="50%" y1="0" y2="16"/>`,
        `above ${limit * 100} % the row is marked`,
      ),
    ],
    scale,
    rows: measured.map((row, i) => drawTruncated(row, { name: `measured-${i}`, scale })),
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
    drawing: html`${renderLine({ at: limit, scale, name: 'limit' })}<line class="${kind}" x1="${scale.place(0)}" x2="${scale.place(truncated)}" y1="${middle}" y2="${middle}"/>`,
  };
}
