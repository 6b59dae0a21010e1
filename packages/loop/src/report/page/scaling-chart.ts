import { html, type Markup } from '@scalequest/core';
import { formatEstimate, formatMeanCount, formatShare } from '../format.ts';
import type { ArmFigures, LoopReport } from '../report-data.ts';
import { findArm } from '../report-tables.ts';
import { createAmountScale, createScale } from './scale.ts';
import { type MarkForm, renderForm, renderFormKey } from './strip-chart.ts';

/** Pixels from the top of the drawing to the ends of the upright axis. */
const [top, bottom] = [14, 204];
/** What is left free at the sides, in per cent: the numbers of the upright axis, and half a number of the other. */
const [left, right] = [11, 93];

interface Point {
  readonly arm: ArmFigures;
  readonly rows: number;
  readonly form: MarkForm;
}

/** Accuracy by the number of rows, one scale of powers; seed questions and gold answers stand beside the curve. Null where there is one size. */
export function renderScalingChart(report: LoopReport): Markup | null {
  const curve = report.scaling.map((arm) => toPoint(findArm(report, arm), 'dot'));
  if (curve.length === 0 || curve.some(({ rows }) => rows === 0)) return null;
  const beside = (['seeds-only', 'gold'] as const).flatMap((name) => {
    const arm = report.arms.find((one) => one.arm === name);
    return arm === undefined || arm.taught.length === 0 ? [] : [toPoint(arm, name === 'gold' ? 'diamond' : 'hollow')];
  });
  const points = [...curve, ...beside];
  const upright = createScale(
    points.flatMap(({ arm: { accuracy } }) => [
      accuracy.mean,
      accuracy.low ?? accuracy.mean,
      accuracy.high ?? accuracy.mean,
    ]),
  );
  const amounts = createAmountScale(points.map(({ rows }) => rows));
  const x = (rows: number): string => `${(left + 3 + amounts.place(rows) * (right - left - 6)).toFixed(2)}%`;
  const y = (share: number): number => Number((bottom - upright.place(share) * (bottom - top)).toFixed(1));
  const lines = curve.slice(1).map(({ arm, rows }, i) => {
    const before = curve[i] as Point;
    return html`<line class="curve" x1="${x(before.rows)}" y1="${y(before.arm.accuracy.mean)}" x2="${x(rows)}" y2="${y(arm.accuracy.mean)}"/>`;
  });
  const words = points
    .map(({ arm, rows }) => `${arm.title}: ${formatMeanCount([rows])} rows, ${formatEstimate(arm.accuracy)} %`)
    .join('; ');
  const said = `Accuracy ${curve.map(({ arm }) => formatShare(arm.accuracy.mean)).join(' → ')} % from ${curve.map(({ rows }) => formatMeanCount([Math.round(rows)])).join(' → ')} rows`;
  const keys = [renderFormKey('dot', 'the whole pipeline')];
  if (beside.some(({ form }) => form === 'hollow')) keys.push(renderFormKey('hollow', 'seed questions alone'));
  if (beside.some(({ form }) => form === 'diamond')) keys.push(renderFormKey('diamond', 'gold answers'));
  return html`<figure class="plot">
<figcaption><b>${said}${points.some(({ arm }) => arm.accuracy.low !== null) ? ', with 95 % intervals' : ''}</b> <span class="legend">${keys}</span></figcaption>
<svg role="img" width="100%" height="234"><title>${words}</title>
${upright.ticks.map(({ at, label }) => html`<line class="grid" x1="${left}%" x2="${right}%" y1="${y(at)}" y2="${y(at)}"/><text class="upright" x="${left - 1.5}%" y="${y(at) + 4}">${label}</text>`)}
${amounts.ticks.map(({ at, label }) => html`<text x="${x(at)}" y="226">${label}</text>`)}
${lines}${points.map(
  ({ arm: { accuracy }, rows, form }) =>
    html`${accuracy.low === null || accuracy.high === null ? null : html`<line class="interval ${form}" x1="${x(rows)}" x2="${x(rows)}" y1="${y(accuracy.low)}" y2="${y(accuracy.high)}"/>`}${renderForm(form, { x: x(rows), y: y(accuracy.mean) })}`,
)}</svg>
</figure>
`;
}

function toPoint(arm: ArmFigures, form: MarkForm): Point {
  const { taught } = arm;
  const rows = taught.length === 0 ? 0 : taught.reduce((sum, one) => sum + one.rows, 0) / taught.length;
  return { arm, rows, form };
}
