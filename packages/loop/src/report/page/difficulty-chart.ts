import { html, type Markup } from '@scalequest/core';
import { formatShare } from '../format.ts';
import type { LoopReport } from '../report-data.ts';
import { countSteps, listDifficulties, lowerFirst, shareOfSteps } from '../report-tables.ts';
import { createScale } from './scale.ts';
import { renderKey } from './strip-chart.ts';

const [top, bottom] = [14, 184];
const [left, right] = [9, 99];
const patterns = 5;

/** A histogram of the steps of valid questions, generators beside each other. Null where nobody counted. */
export function renderDifficultyChart(report: LoopReport): Markup | null {
  // One who asked nothing that has an answer has no difficulty.
  const questions = report.questions.filter(({ measures }) => measures.meanSteps !== null);
  const steps = listDifficulties(questions);
  if (steps.length === 0) return null;
  const shares = questions.map(({ bySeed }) => steps.map((step) => shareOfSteps(bySeed, step) ?? 0));
  const scale = createScale([0, ...shares.flat()]);
  const y = (share: number): number => Number((bottom - scale.place(share) * (bottom - top)).toFixed(1));
  const group = (right - left) / steps.length;
  const bar = (group * 0.84) / questions.length;
  const bars = questions.map(({ title }, g) =>
    steps.map((step, s) => {
      const share = shares[g]?.[s] ?? 0;
      const x = left + s * group + group * 0.08 + g * bar;
      return html`<rect class="series series-${g % patterns}" x="${x.toFixed(2)}%" width="${(bar * 0.9).toFixed(2)}%" y="${y(share)}" height="${Number((bottom - y(share)).toFixed(1))}"><title>${title}, ${countSteps(step)}: ${formatShare(share)} %</title></rect>`;
    }),
  );
  const words = questions
    .map(
      ({ title }, g) =>
        `${title}: ${steps.map((step, s) => `${countSteps(step)} ${formatShare(shares[g]?.[s] ?? 0)} %`).join(', ')}`,
    )
    .join('; ');
  const means = questions
    .flatMap(({ title, measures: { meanSteps } }) =>
      meanSteps === null ? [] : [`${meanSteps.mean.toFixed(2)} (${lowerFirst(title)})`],
    )
    .join(', ');
  const keys = questions.map(({ title }, g) =>
    renderKey(html`<rect class="series series-${g % patterns}" x="2" y="2" width="12" height="12"/>`, title),
  );
  return html`<figure class="plot">
<figcaption><b>Valid questions by steps, %${means === '' ? '' : `; mean ${means}`}</b> <span class="legend">${keys}</span></figcaption>
<svg role="img" width="100%" height="214"><title>${words}</title>
${scale.ticks.map(({ at, label }) => html`<line class="grid" x1="${left}%" x2="${right}%" y1="${y(at)}" y2="${y(at)}"/><text class="upright" x="${left - 1.5}%" y="${y(at) + 4}">${label}</text>`)}
${bars}${steps.map((step, s) => html`<text x="${(left + (s + 0.5) * group).toFixed(2)}%" y="206">${countSteps(step)}</text>`)}</svg>
</figure>
`;
}
