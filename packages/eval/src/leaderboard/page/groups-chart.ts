import { html, type Markup } from '@scalequest/core';
import type { BoardTable, MeasuredRow } from '../board.ts';
import { type ChartRow, renderChart, renderDot } from './render-chart.ts';
import { createGroupScale, type Scale } from './scale.ts';

/** Which rows cannot be told apart: a column for each group, and a dot for each row in it. Null where there is one row. */
export function renderGroupsChart({ measured }: BoardTable): Markup | null {
  if (measured.length < 2) return null;
  const letters = [...new Set(measured.flatMap(({ groups }) => groups))].sort(compareLetters);
  const scale = createGroupScale(letters);
  return renderChart({
    title: 'Groups that cannot be told apart',
    legend: [html`rows with a dot in one column are in one group`],
    scale,
    rows: measured.map((row, i) => drawGroups(row, { name: `measured-${i}`, letters, scale })),
  });
}

/** `aa` comes after `z`. */
function compareLetters(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

function drawGroups(
  { model, rank, groups }: MeasuredRow,
  { name, letters, scale }: { readonly name: string; readonly letters: readonly string[]; readonly scale: Scale },
): ChartRow {
  const kind = rank.best === 1 ? 'dot first' : 'dot';
  return {
    name,
    model,
    value: groups.length > 3 ? `${groups[0]} … ${groups.at(-1)}` : groups.join(' '),
    words: `Group ${groups.join(', ')}`,
    drawing: html`${groups.map((group) => renderDot({ at: scale.place(letters.indexOf(group)), name: kind }))}`,
  };
}
