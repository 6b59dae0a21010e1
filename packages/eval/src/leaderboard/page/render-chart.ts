import { html, type Markup } from '@scalequest/core';
import type { Scale } from './scale.ts';

/** One row of a chart: a name, a value in text, and a strip on which the value is drawn. */
export interface ChartRow {
  /** What the row of the chart and that of the table share. */
  readonly name: string;
  readonly model: string;
  /** Stands before the model, such as its places. */
  readonly place?: string;
  readonly value: string;
  /** The whole strip in words, for those who do not see it. */
  readonly words: string;
  /** SVG of 16 pixels in height; widths are in per cent, so that letters and marks keep their size on any screen. */
  readonly drawing: Markup;
}

export interface RenderChartOptions {
  readonly title: string;
  readonly legend: readonly Markup[];
  readonly scale: Scale;
  readonly rows: readonly ChartRow[];
}

/** A chart with more rows scrolls by itself. */
const mostRows = 14;

/** The middle of a strip. */
const middle = 8;

export function renderChart({ title, legend, scale, rows }: RenderChartOptions): Markup {
  const grid = scale.ticks.map(({ at }) => renderLine({ at, scale, name: 'grid' }));
  const numbers = scale.ticks.map(({ at, label }) => html`<text x="${scale.place(at)}" y="13">${label}</text>`);
  const scrolls = rows.length > mostRows ? html` class="strips long" tabindex="0"` : html` class="strips"`;
  return html`<figure>
<figcaption><b>${title}</b> <span class="legend">${legend}</span></figcaption>
<div${scrolls} role="group" aria-label="${title}">
<svg class="axis" aria-hidden="true" width="100%" height="18">${numbers}</svg>
<ol>
${rows.map((row) => renderRow(row, grid))}</ol>
</div>
</figure>`;
}

function renderRow({ name, model, place, value, words, drawing }: ChartRow, grid: readonly Markup[]): Markup {
  const placeText = place === undefined ? null : html`<span class="place">${place}</span> `;
  return html`<li data-row="${name}"><span class="name">${placeText}<bdi title="${model}">${model}</bdi></span><span class="value" aria-hidden="true">${value}</span><svg role="img" width="100%" height="16"><title>${words}</title>${grid}${drawing}</svg></li>\n`;
}

/** An upright line over the strip. */
export function renderLine({
  at,
  scale,
  name,
}: {
  readonly at: number;
  readonly scale: Scale;
  readonly name: string;
}): Markup {
  return html`<line class="${name}" x1="${scale.place(at)}" x2="${scale.place(at)}" y1="0" y2="16"/>`;
}

/** A line along the middle of the strip. */
export function renderSpan({
  from,
  to,
  scale,
  name,
}: {
  readonly from: number;
  readonly to: number;
  readonly scale: Scale;
  readonly name: string;
}): Markup {
  return html`<line class="${name}" x1="${scale.place(from)}" x2="${scale.place(to)}" y1="${middle}" y2="${middle}"/>`;
}

export function renderDot({ at, name }: { readonly at: string; readonly name: string }): Markup {
  return html`<circle class="${name}" cx="${at}" cy="${middle}" r="4.5"/>`;
}

/** Another form than the dot of what was measured: it is told apart without colours. */
export function renderDiamond({ at, name }: { readonly at: string; readonly name: string }): Markup {
  return html`<svg x="${at}" overflow="visible"><path class="${name}" d="M0 2l6 6-6 6-6-6z"/></svg>`;
}

/** A mark and what it stands for. */
export function renderKey(mark: Markup, meaning: string): Markup {
  return html`<span class="entry"><svg class="key" aria-hidden="true" width="16" height="16">${mark}</svg>${meaning}</span> `;
}
