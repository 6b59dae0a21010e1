import { html, type Markup } from '@scalequest/core';
import type { Scale } from './scale.ts';

/** One row of a chart: a name, a value in text, and a strip on which marks stand. */
export interface Strip {
  readonly name: string;
  readonly value: string;
  /** The strip in words, for those who do not see it. */
  readonly words: string;
  readonly marks: readonly Mark[];
}

export interface Mark {
  readonly at: number;
  /** The interval's ends; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly form: MarkForm;
}

/** Told apart without colours too. */
export type MarkForm = 'dot' | 'diamond' | 'hollow';

export interface StripChartOptions {
  readonly title: string;
  readonly legend?: readonly Markup[];
  readonly scale: Scale;
  readonly strips: readonly Strip[];
  /** A line through all strips, with what it means. */
  readonly reference?: { readonly at: number; readonly name: string };
}

/** Widths are in per cent, so that letters and marks keep their size on any screen; at either side half a mark and a number are free. */
export function placeAcross(part: number): string {
  return `${(6 + part * 88).toFixed(2)}%`;
}

export function renderStripChart({ title, legend = [], scale, strips, reference }: StripChartOptions): Markup {
  const across = (value: number): string => placeAcross(scale.place(value));
  const grid = scale.ticks.map(
    ({ at }) => html`<line class="grid" x1="${across(at)}" x2="${across(at)}" y1="0" y2="20"/>`,
  );
  const line =
    reference === undefined
      ? null
      : html`<line class="reference" x1="${across(reference.at)}" x2="${across(reference.at)}" y1="0" y2="20"/>`;
  const keys =
    reference === undefined
      ? legend
      : [...legend, renderKey(html`<line class="reference" x1="8" x2="8" y1="0" y2="16"/>`, reference.name)];
  const rows = strips.map(
    ({ name, value, words, marks }) =>
      html`<li><span class="name">${name}</span><span class="value" aria-hidden="true">${value}</span><svg role="img" width="100%" height="20"><title>${words}</title>${grid}${line}${marks.map((mark) => renderMark(mark, across))}</svg></li>\n`,
  );
  const numbers = scale.ticks.map(({ at, label }) => html`<text x="${across(at)}" y="13">${label}</text>`);
  return html`<figure class="strips">
<figcaption><b>${title}</b>${keys.length === 0 ? null : html` <span class="legend">${keys}</span>`}</figcaption>
<ol>
${rows}</ol>
<svg class="axis" aria-hidden="true" width="100%" height="18">${numbers}</svg>
</figure>
`;
}

const middle = 10;

function renderMark({ at, low, high, form }: Mark, across: (value: number) => string): Markup {
  const span =
    low === null || high === null
      ? null
      : html`<line class="interval ${form}" x1="${across(low)}" x2="${across(high)}" y1="${middle}" y2="${middle}"/>`;
  return html`${span}${renderForm(form, { x: across(at), y: middle })}`;
}

export function renderForm(form: MarkForm, { x, y }: { readonly x: string; readonly y: number }): Markup {
  if (form !== 'diamond') return html`<circle class="mark ${form}" cx="${x}" cy="${y}" r="4.5"/>`;
  return html`<svg x="${x}" y="${y}" overflow="visible"><path class="mark diamond" d="M0 -6l6 6-6 6-6-6z"/></svg>`;
}

/** A mark and what it stands for. */
export function renderKey(mark: Markup, meaning: string): Markup {
  return html`<span class="entry"><svg class="key" aria-hidden="true" width="16" height="16">${mark}</svg>${meaning}</span> `;
}

export function renderFormKey(form: MarkForm, meaning: string): Markup {
  return renderKey(renderForm(form, { x: '50%', y: 8 }), meaning);
}
