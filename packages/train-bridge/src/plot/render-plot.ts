import { escapeMarkup } from '@scalequest/core';
import { createAxis } from './axis.ts';
import type { Panel, PanelSeries } from './choose-panels.ts';
import type { MetricPoint } from './metric-series.ts';

export interface RenderPlotInput {
  readonly title: string;
  readonly panels: readonly Panel[];
  /** Where an attempt went on from a checkpoint. */
  readonly resumedAt: readonly number[];
  readonly lastStep: number;
}

// In pixels.
const panelWidth = 420;
const panelHeight = 240;
const columns = 2;
const headHeight = 44;
const inner = { left: 56, right: 404, top: 40, bottom: 204 } as const;
/** A line of more points is no finer on the screen. */
const mostPoints = 700;

/** Light and dark by what the reader's system prefers; the lines are told apart by their dashes too. */
const style = `
svg { --back: #ffffff; --text: #1f2328; --soft: #656d76; --grid: #e3e6ea; --line-0: #0969da; --line-1: #bc4c00; --line-2: #1a7f37; --line-3: #8250df; font: 12px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { svg { --back: #0d1117; --text: #e6edf3; --soft: #8d96a0; --grid: #2a3038; --line-0: #4493f8; --line-1: #f0883e; --line-2: #3fb950; --line-3: #ab7df8; } }
.back { fill: var(--back); } text { fill: var(--soft); } .title { fill: var(--text); font-weight: 600; font-size: 14px; } .name { fill: var(--text); font-weight: 600; }
.grid { stroke: var(--grid); } .resumed { stroke: var(--soft); stroke-dasharray: 2 3; }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round; } .held { stroke-dasharray: 6 3; }
.c0 { stroke: var(--line-0); } .c1 { stroke: var(--line-1); } .c2 { stroke: var(--line-2); } .c3 { stroke: var(--line-3); } .dot { stroke-width: 4; stroke-linecap: round; }`;

/** The course of a training as one SVG file that needs nothing else. */
export function renderPlot({ title, panels, resumedAt, lastStep }: RenderPlotInput): string {
  const rows = Math.ceil(Math.max(1, panels.length) / columns);
  const [width, height] = [panelWidth * columns, headHeight + rows * panelHeight + 8];
  const drawn = panels.map((panel, i) => {
    const [x, y] = [(i % columns) * panelWidth, headHeight + Math.floor(i / columns) * panelHeight];
    return `<g transform="translate(${x} ${y})">\n${renderPanel(panel, { resumedAt, lastStep })}</g>\n`;
  });
  const empty = panels.length > 0 ? '' : `<text x="20" y="${headHeight + 20}">Nothing was logged yet.</text>\n`;
  const mark = resumedAt.length === 0 ? '' : ' · dotted upright: gone on from a checkpoint';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escapeMarkup(title)}</title>
<style>${style}</style>
<rect class="back" width="100%" height="100%"/>
<text class="title" x="20" y="28">${escapeMarkup(title)}</text><text x="${width - 16}" y="28" text-anchor="end">by step${mark}</text>
${drawn.join('')}${empty}</svg>
`;
}

function renderPanel(
  { title, series }: Panel,
  { resumedAt, lastStep }: Pick<RenderPlotInput, 'resumedAt' | 'lastStep'>,
): string {
  const x = createAxis({ values: [0, lastStep], from: inner.left, to: inner.right, mostTicks: 6 });
  const values = series.flatMap(({ points }) => points.map(({ value }) => value));
  const y = createAxis({ values, from: inner.bottom, to: inner.top, mostTicks: 5 });
  const place = ({ step, value }: MetricPoint): string => `${round(x.place(step))} ${round(y.place(value))}`;
  const across = y.ticks.map(({ at, label }) => {
    const height = round(y.place(at));
    return `<path class="grid" d="M${inner.left} ${height}H${inner.right}"/><text x="${inner.left - 6}" y="${height + 4}" text-anchor="end">${label}</text>\n`;
  });
  const below = x.ticks.map(
    ({ at, label }) =>
      `<text x="${round(x.place(at))}" y="${inner.bottom + 18}" text-anchor="middle">${label}</text>\n`,
  );
  const marks = resumedAt.map(
    (step) => `<path class="resumed" d="M${round(x.place(step))} ${inner.top}V${inner.bottom}"/>\n`,
  );
  const lines = series.map((one, i) => renderLine(one, { className: `c${i % 4}`, place }));
  const legend = renderLegend(series);
  return `<text class="name" x="${inner.left}" y="14">${escapeMarkup(title)}</text>\n${legend}${across.join('')}${below.join('')}${marks.join('')}${lines.join('')}`;
}

function renderLine(
  { points, of }: PanelSeries,
  { className, place }: { readonly className: string; readonly place: (point: MetricPoint) => string },
): string {
  const held = of === 'held' ? ' held' : '';
  const [first, ...rest] = thin(points).map(place);
  // A single point has no length; a round end makes it a dot.
  const d = rest.length === 0 ? `M${first}h0` : `M${first}L${rest.join(' ')}`;
  return `<path class="line ${className}${held}${rest.length === 0 ? ' dot' : ''}" d="${d}"/>\n`;
}

/** Of each stretch its mean, so that a long training stays a small file. */
function thin(points: readonly MetricPoint[]): MetricPoint[] {
  const size = Math.ceil(points.length / mostPoints);
  if (size <= 1) return [...points];
  return Array.from({ length: Math.ceil(points.length / size) }, (_, i) => {
    const part = points.slice(i * size, (i + 1) * size);
    const value = part.reduce((sum, point) => sum + point.value, 0) / part.length;
    return { step: part.at(-1)?.step ?? 0, value };
  });
}

/** About the width of a letter of the legend. */
const letterWidth = 6.2;

function renderLegend(series: readonly PanelSeries[]): string {
  let left: number = inner.left;
  return series
    .map(({ label, of }, i) => {
      const at = left;
      left += 34 + label.length * letterWidth;
      return `<path class="line c${i % 4}${of === 'held' ? ' held' : ''}" d="M${round(at)} 26h18"/><text x="${round(at + 23)}" y="30">${escapeMarkup(label)}</text>\n`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
