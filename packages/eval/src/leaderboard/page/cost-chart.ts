import { html, type Markup } from '@scalequest/core';
import type { BoardTable } from '../board.ts';
import { formatAmount, formatNumberOf } from './format.ts';
import { renderChart, renderSpan } from './render-chart.ts';
import { createAmountScale } from './scale.ts';

/** What the tokens of each row cost, of the rows of which that is known. Null where there is none. */
export function renderCostChart({ measured }: BoardTable): Markup | null {
  const rows = measured.flatMap(({ model, cost }, i) =>
    cost === null ? [] : [{ model, cost, name: `measured-${i}` }],
  );
  if (rows.length === 0) return null;
  const scale = createAmountScale(rows.map(({ cost }) => cost.total));
  const others = measured.length - rows.length;
  return renderChart({
    title: 'Cost, in the currency of its prices',
    legend: others === 0 ? [] : [html`not known of ${formatNumberOf(others, 'other row')}`],
    scale,
    rows: rows.map(({ model, cost: { total, priceIn, priceOut }, name }) => ({
      name,
      model,
      value: formatAmount(total),
      words: `Cost ${formatAmount(total)}, at ${formatAmount(priceIn)} a million tokens in and ${formatAmount(priceOut)} out`,
      drawing: renderSpan({ from: 0, to: total, scale, name: 'bar' }),
    })),
  });
}
