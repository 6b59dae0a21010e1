import { join } from 'node:path';
import { html, type Markup, renderPageHead } from '@scalequest/core';
import type { ArmDifference, Estimate } from '../estimate.ts';
import { type FindingLine, findingsNote, groupFindings, listFindings, listWarnings } from '../findings.ts';
import { describeFinding, formatEstimate, formatPoints, formatShare } from '../format.ts';
import type { Funnel, LoopReport, Source, StepsAccuracy } from '../report-data.ts';
import {
  countSteps,
  listArmsTable,
  listAskedChangesTable,
  listAskedTable,
  listDifferenceTables,
  listDifficultyTable,
  listFilterTable,
  listFunnelTables,
  listScalingTable,
  listStepsTables,
  listTaughtTable,
  lowerFirst,
  type ReportTable,
} from '../report-tables.ts';
import { describeMethod, describeOrigin } from '../report-text.ts';
import { titleArm } from '../titles.ts';
import { renderDifficultyChart } from './difficulty-chart.ts';
import { createScale } from './scale.ts';
import { renderScalingChart } from './scaling-chart.ts';
import { type Mark, type MarkForm, renderFormKey, renderStripChart } from './strip-chart.ts';

const styleFile = join(import.meta.dirname, '..', '..', '..', 'page', 'style.css');

export interface RenderPageOptions {
  readonly hasLeaderboard: boolean;
}

/** The report as one HTML file that needs no server, no network and no script. The same report gives the same bytes. */
export function renderPage(report: LoopReport, { hasLeaderboard }: RenderPageOptions): string {
  const cite = createCiter(report.sources);
  const section = (options: PartOptions): Markup | null => renderPart(options, cite);
  const warnings = listWarnings(report);
  const page = html`<!doctype html>
<html lang="en">
${renderPageHead({ title: `Loop report: ${report.loop}`, styleFile })}
<body>
<a class="skip" href="#report">Skip to the report</a>
<header>
<h1>Loop report: ${report.loop}</h1>
<p>${report.description}</p>
${describeOrigin(report).map((line) => html`<p>${renderCode(line)}</p>\n`)}<p><a href="report.json">Numbers</a>, <a href="summaries/">summaries of the seeds</a>${hasLeaderboard ? html`, <a href="leaderboard/index.html">leaderboard of its rows</a>` : null}</p>
</header>
<main id="report" tabindex="-1">
${warnings.length === 0 ? null : html`<section class="card warning" aria-labelledby="warnings-title"><h2 id="warnings-title">Before you read on</h2><ul class="lines">${warnings.map((line) => html`<li>${line}</li>`)}</ul></section>`}
${renderSection('findings', 'Findings', html`<p class="note">${findingsNote}</p>${renderFindings(listFindings(report), cite)}`)}
${section({ id: 'arms', title: 'Arms', chart: renderArmsChart(report), tables: [listArmsTable(report)] })}
${section({ id: 'differences', title: 'What each part is worth', chart: renderDifferences(report), tables: listDifferenceTables(report) })}
${section({ id: 'scaling', title: 'Scaling', chart: renderScalingChart(report), tables: [listScalingTable(report)] })}
${section({ id: 'steps', title: 'By the number of steps', chart: renderPanels(report.bySteps.map((one) => renderStepsChart(one, report))), folded: listStepsTables(report) })}
${section({ id: 'stages', title: 'What each stage keeps', chart: renderPanels(report.funnels.map(renderFunnelChart)), tables: [listFilterTable(report)], folded: listFunnelTables(report) })}
${section({ id: 'questions', title: 'Questions as they were asked', chart: renderDifficultyChart(report), tables: [listDifficultyTable(report), listAskedTable(report)], folded: [listAskedChangesTable(report)] })}
${section({ id: 'taught', title: 'What the arms learned from', tables: [listTaughtTable(report)] })}
${renderSection('method', 'How the numbers are made', html`<ul class="lines">${describeMethod(report).map((line) => html`<li>${line}</li>\n`)}</ul>`)}
${renderSection('settings', 'Settings', renderSettings(report))}
${renderSection('sources', 'Where each number comes from', renderSources(report))}
</main>
</body>
</html>
`;
  return page.markup;
}

function renderSection(id: string, title: string, content: Markup): Markup {
  return html`<section class="card" aria-labelledby="${id}-title" id="${id}">
<h2 id="${id}-title">${title}</h2>
${content}
</section>`;
}

interface PartOptions {
  readonly id: string;
  readonly title: string;
  readonly chart?: Markup | null;
  readonly tables?: readonly (ReportTable | undefined)[];
  /** Long ones, whose numbers the chart shows: behind a line that opens them. */
  readonly folded?: readonly (ReportTable | undefined)[];
}

/** Left out where nothing was measured. */
function renderPart({ id, title, chart = null, tables = [], folded = [] }: PartOptions, cite: Citer): Markup | null {
  const shown = tables.flatMap((table) => (table === undefined ? [] : [renderTable(table, cite)]));
  const behind = folded.flatMap((table) =>
    table === undefined
      ? []
      : [html`<details><summary>Table: ${lowerFirst(table.caption)}</summary>${renderTable(table, cite)}</details>\n`],
  );
  return shown.length + behind.length === 0
    ? null
    : renderSection(
        id,
        title,
        html`${chart}${shown}${behind.length === 0 ? null : html`<div class="folded">${behind}</div>`}`,
      );
}

function renderPanels(charts: readonly Markup[]): Markup | null {
  return charts.length === 0 ? null : html`<div class="panels">${charts}</div>`;
}

function renderFindings(lines: readonly FindingLine[], cite: Citer): Markup {
  if (lines.length === 0) return html`<p>None: nothing is compared.</p>`;
  return html`${groupFindings(lines).map(
    ([about, own]) => html`<h3>${about}</h3>
<ul class="lines">${own.map(({ text, from }) => html`<li>${text} <span class="from">${cite(from)}</span></li>\n`)}</ul>
`,
  )}`;
}

function toMark({ mean, low, high }: Estimate, form: MarkForm = 'dot'): Mark {
  return { at: mean, low, high, form };
}

function listEnds({ mean, low, high }: Estimate): readonly number[] {
  return [mean, low ?? mean, high ?? mean];
}

function renderArmsChart({ arms }: LoopReport): Markup {
  const base = arms.find(({ arm }) => arm === 'seeds-only');
  return renderStripChart({
    title: `${describeRange(arms)}${arms.some(({ accuracy }) => accuracy.low !== null) ? ', with 95 % intervals' : ''}`,
    scale: createScale(arms.flatMap(({ accuracy }) => listEnds(accuracy))),
    strips: arms.map(({ arm, title, accuracy }) => ({
      name: title,
      value: formatEstimate(accuracy),
      words: `${title}: ${formatEstimate(accuracy)} %`,
      marks: [toMark(accuracy, arm === 'seeds-only' ? 'hollow' : arm === 'gold' ? 'diamond' : 'dot')],
    })),
    ...(base === undefined ? {} : { reference: { at: base.accuracy.mean, name: 'seed questions alone' } }),
  });
}

function renderDifferences({ againstSeeds, againstFull }: LoopReport): Markup | null {
  const charts = [
    renderForest('Each arm less seed questions alone', againstSeeds, ({ arm }) => arm),
    renderForest('The whole pipeline less each other arm', againstFull, ({ against }) => against),
  ];
  return renderPanels(charts.filter((chart) => chart !== null));
}

function renderForest(
  title: string,
  differences: readonly ArmDifference[],
  nameOf: (difference: ArmDifference) => string,
): Markup | null {
  if (differences.length === 0) return null;
  return renderStripChart({
    title: `${title}, points: ${countFindings(differences)}`,
    scale: createScale(differences.flatMap(listEnds), { isSigned: true }),
    reference: { at: 0, name: 'no difference' },
    strips: differences.map((difference) => ({
      name: titleArm(nameOf(difference)),
      value: formatEstimate(difference, formatPoints),
      words: `${titleArm(nameOf(difference))}: ${formatEstimate(difference, formatPoints)} points, ${describeFinding(difference)}`,
      marks: [
        toMark(
          difference,
          difference.finding === 'not shown' || difference.finding === 'no interval' ? 'hollow' : 'dot',
        ),
      ],
    })),
    legend: [renderFormKey('dot', 'interval leaves out zero'), renderFormKey('hollow', 'it does not')],
  });
}

function renderStepsChart({ steps, arms }: StepsAccuracy, { bySteps }: LoopReport): Markup {
  const base = arms.find(({ arm }) => arm === 'seeds-only');
  return renderStripChart({
    title: `Problems of ${countSteps(steps)}: ${lowerFirst(describeRange(arms.map((one) => ({ ...one, title: titleArm(one.arm) }))))}`,
    // One scale for all panels, so that they can be compared.
    scale: createScale(bySteps.flatMap((one) => one.arms.flatMap(({ accuracy }) => listEnds(accuracy)))),
    strips: arms.map(({ arm, accuracy }) => ({
      name: titleArm(arm),
      value: formatShare(accuracy.mean),
      words: `${titleArm(arm)}: ${formatEstimate(accuracy)} %`,
      marks: [toMark(accuracy, arm === 'seeds-only' ? 'hollow' : arm === 'gold' ? 'diamond' : 'dot')],
    })),
    ...(base === undefined ? {} : { reference: { at: base.accuracy.mean, name: 'seed questions alone' } }),
  });
}

function renderFunnelChart({ title, stages }: Funnel): Markup {
  return renderStripChart({
    title: `${title}, %: ${describeStages(stages)}`,
    legend: [renderFormKey('hollow', 'valid questions'), renderFormKey('diamond', 'right answers')],
    scale: createScale([0, 1]),
    strips: stages.map(({ stage, valid, right }) => ({
      name: stage,
      value: [valid, right].flatMap((one) => (one === null ? [] : [formatShare(one.mean)])).join(', '),
      words: `${stage}: ${valid === null ? '' : `valid ${formatEstimate(valid)} %`}${right === null ? '' : `, right ${formatEstimate(right)} %`}`,
      marks: [
        ...(valid === null ? [] : [toMark(valid, 'hollow')]),
        ...(right === null ? [] : [toMark(right, 'diamond')]),
      ],
    })),
  });
}

function describeRange(arms: readonly { readonly title: string; readonly accuracy: Estimate }[]): string {
  const sorted = [...arms].sort((a, b) => a.accuracy.mean - b.accuracy.mean);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) return 'Accuracy';
  const say = ({ title, accuracy }: typeof least): string => `${formatShare(accuracy.mean)} % (${lowerFirst(title)})`;
  return `Accuracy from ${say(least)} to ${say(most)}`;
}

function countFindings(differences: readonly ArmDifference[]): string {
  const counts = new Map<string, number>();
  for (const { finding } of differences) counts.set(finding, (counts.get(finding) ?? 0) + 1);
  return ['above zero', 'below zero', 'not shown', 'no interval']
    .flatMap((finding) => (counts.has(finding) ? [`${counts.get(finding)} ${finding}`] : []))
    .join(', ');
}

/** From the first stage of which there is such a share to the last. */
function describeStages(stages: Funnel['stages']): string {
  const parts = (['valid', 'right'] as const).flatMap((measure) => {
    const means = stages.flatMap((stage) => stage[measure]?.mean ?? []);
    const [first, last] = [means[0], means.at(-1)];
    return first === undefined || last === undefined ? [] : [`${measure} ${formatShare(first)} → ${formatShare(last)}`];
  });
  return parts.join(', ');
}

/** Roles are written out: a phone shows each row as a card, and a browser forgets what such a table was. */
function renderTable({ id, caption, columns, rows }: ReportTable, cite: Citer): Markup {
  const [heading, ...others] = columns;
  return html`<table role="table" id="${id}">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${[heading, ...others, 'Runs'].map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map(({ cells, from }) => html`<tr role="row"><th role="rowheader" scope="row">${cells[0]}</th>${cells.slice(1).map((cell, i) => html`<td role="cell"${isShort(cell) ? html` class="short"` : null} data-label="${others[i]}">${cell}</td>`)}<td role="cell" class="from" data-label="Runs">${cite(from)}</td></tr>\n`)}</tbody>
</table>
`;
}

/** A number with its interval, which is not broken over lines. */
function isShort(cell: string): boolean {
  return cell.length <= 22 && !/[a-z]{3}/i.test(cell);
}

/** Links to where the numbers of steps come from, which say the run ids of all seeds. */
type Citer = (steps: readonly string[]) => readonly Markup[];

function createCiter(sources: readonly Source[]): Citer {
  const known = new Map(sources.map((source) => [source.step, source]));
  return (steps) =>
    steps.map((step, i) => {
      const runs = known
        .get(step)
        ?.runs.map(({ seed, run }) => `seed ${seed}: ${run.slice(0, 12)}`)
        .join(', ');
      return html`${i === 0 ? '' : ', '}<a href="#from-${step}" title="${runs}">${step}</a>`;
    });
}

function renderSettings({ settings, settingsSha256 }: LoopReport): Markup {
  const items = Object.entries(settings.steps).map(
    ([step, { kind, version, after, settings: own }]) =>
      html`<li><b>${step}</b> <span class="soft">${kind} ${version}${after.length === 0 ? null : html`, after ${after.join(', ')}`}</span><code>${JSON.stringify(own)}</code></li>\n`,
  );
  return html`<p class="note">Digest <code>${settingsSha256}</code>: the same for every seed here.</p>
<details><summary>Every step with its settings</summary><ul class="steps">${items}</ul></details>`;
}

function renderSources({ sources }: LoopReport): Markup {
  const items = sources.map(({ step, kind, runs }) => {
    const lines = runs.map(({ seed, run, folder, journals }) => {
      const files = Object.entries(journals).map(
        ([file, sha256]) => html` <code>${file}</code> ${sha256.slice(0, 12)}`,
      );
      return html`<li>seed ${seed}: run <code title="${run}">${run.slice(0, 12)}</code>${files.length === 0 ? null : html`, in ${folder}:${files}`}</li>`;
    });
    return html`<li id="from-${step}"><h3>${step} <span class="soft">${kind}</span></h3><ul>${lines}</ul></li>\n`;
  });
  return html`<p class="note">Each table names the steps that its numbers come from. A run id is the SHA-256 of the step's entry in the manifest of its loop: of its figures, its files and the runs that it read. Behind it stand the journals of that run, with their SHA-256. All are cut to 12 digits; whole ones are in summaries/.</p>
<ul class="sources">${items}</ul>`;
}

function renderCode(line: string): readonly Markup[] {
  return line.split('`').map((part, i) => (i % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));
}
