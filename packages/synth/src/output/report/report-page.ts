import { join } from 'node:path';
import { html, type Markup, renderPageHead, trusted, writeFileAtomic } from '@scalequest/core';
import type { ContaminationReport } from '../../stages/report-contamination.ts';
import { hideInText, hideLocal } from '../hide-local.ts';
import type { FunnelStage, RunSummary } from '../summarize-run.ts';
import { type CollectReportOptions, collectReport, type DropReason, type RunReport } from './collect-report.ts';

const styleFile = join(import.meta.dirname, '..', '..', '..', 'page', 'style.css');

export interface WriteReportOptions extends CollectReportOptions {
  /** An HTML file. One that is there is replaced. */
  readonly out: string;
}

/**
 * Writes the report of a run as one HTML file that needs no server, no network and no script.
 *
 * @throws SynthError, CoreError where the disk refuses
 * @example
 * await writeReport({ run: 'runs/questions', out: 'runs/questions/report.html' });
 */
export async function writeReport(options: WriteReportOptions): Promise<RunReport> {
  const report = await collectReport(options);
  await writeFileAtomic(options.out, renderReportPage(report));
  return report;
}

/** The page of a report. The same report gives the same bytes; every text of it is escaped, and nothing on the page can run. */
export function renderReportPage(report: RunReport): string {
  const { summary } = report;
  const page = html`<!doctype html>
<html lang="en">
${renderPageHead({ title: summary.recipe, styleFile, tableCards: '48rem' })}
<body>
<a class="skip" href="#report">Skip to the report</a>
<header>
<h1>${summary.recipe}${summary.form === undefined ? null : html` <small>${summary.form}</small>`}</h1>
<p>${hideInText(summary.description)}</p>
</header>
<main id="report" tabindex="-1">
${renderFigures(report)}
${renderFunnel(summary)}
<div class="pair">
${report.difficulty.length === 0 ? null : renderSteps({ id: 'difficulty', title: 'Difficulty', note: 'Rows of the dataset by difficulty; the hardest are at 1.', counts: report.difficulty })}
${renderTopics(report)}
${report.majority.length === 0 ? null : renderSteps({ id: 'majority', title: 'Agreement', note: 'Rows by the share of their samples whose answer is that of the selected response; 1 is all of them.', counts: report.majority })}
${renderDiversity(report)}
</div>
${renderFound(report)}
${renderDrops(report.drops)}
${renderOrigin(summary)}
</main>
</body>
</html>
`;
  return page.markup;
}

function renderFigures({ summary, diversity, spent }: RunReport): Markup {
  const { acceptedRows, surplusRows, startedRows, stages } = summary;
  const tokens = stages.reduce((sum, { usage }) => sum + usage.promptTokens + usage.completionTokens, 0);
  const costs = Object.values(spent);
  const cost = costs.reduce((sum, one) => sum + one, 0);
  const figures: readonly (readonly [string, string])[] = [
    ['rows in the dataset', formatCount(acceptedRows)],
    ['rows begun', formatCount(startedRows)],
    ['of them passed every stage', formatShare(startedRows === 0 ? 0 : (acceptedRows + surplusRows) / startedRows)],
    ['tokens, in and out', formatCount(tokens)],
    ...(costs.length === 0 ? [] : [['cost, by the prices given', cost.toFixed(2)] as const]),
    [
      'similarity to the nearest neighbour, median',
      diversity.questions < 2 ? 'not known' : diversity.median.toFixed(2),
    ],
  ];
  return html`<dl class="figures">
${figures.map(([name, value]) => html`<div class="card"><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;
}

function renderFunnel(summary: RunSummary): Markup {
  const { stages, startedRows, acceptedRows, surplusRows, accepted, unfinished } = summary;
  const generators = Object.keys(accepted);
  const surplus =
    surplusRows === 0 ? '' : ` ${formatCount(surplusRows)} more passed after enough rows had, and are not in it.`;
  return renderSection(
    'funnel',
    'From the first row to the last',
    html`<p class="note">Each bar is the rows that a stage kept, of those that were begun. ${formatCount(acceptedRows)} are in the dataset.${surplus}</p>
${unfinished.map((one) => html`<p class="note">${one.generator} has given ${formatCount(one.accepted)}${one.wanted === 'all' ? ' rows, and is not at its end' : ` of ${formatCount(one.wanted)} rows that are wanted`}.</p>\n`)}<ol class="bars">
${stages.map(({ stage, kept, rows }) => renderBar({ name: stage, share: startedRows === 0 ? 0 : kept / startedRows, value: countRows(kept), words: `${stage} kept ${formatCount(kept)} of ${countRows(rows)}` }))}</ol>
<table>
<caption>What each stage did</caption>
<thead><tr><th scope="col">Stage</th><th scope="col">Rows in</th><th scope="col">Kept</th><th scope="col">Dropped, by reason</th>${generators.length > 1 ? html`<th scope="col">Kept, by generator</th>` : null}<th scope="col">Tokens, in and out</th></tr></thead>
<tbody>
${stages.map((stage) => renderStage(stage, generators))}</tbody>
</table>`,
  );
}

function renderStage(stage: FunnelStage, generators: readonly string[]): Markup {
  const { usage } = stage;
  const dropped = Object.entries(stage.dropped).map(([reason, rows]) => html`<li>${reason} ${formatCount(rows)}</li>`);
  const shares = generators.flatMap((name) => {
    const counts = stage.generators[name];
    return counts === undefined || counts.rows === 0
      ? []
      : [html`<li>${name} ${formatShare(counts.kept / counts.rows)}</li>`];
  });
  return html`<tr><th scope="row">${stage.stage}</th><td data-label="Rows in">${formatCount(stage.rows)}</td><td data-label="Kept">${formatCount(stage.kept)} <span class="soft">${stage.rows === 0 ? '' : formatShare(stage.kept / stage.rows)}</span></td><td data-label="Dropped, by reason">${renderList(dropped)}</td>${generators.length > 1 ? html`<td data-label="Kept, by generator">${renderList(shares)}</td>` : null}<td data-label="Tokens, in and out">${usage.requests === 0 ? 'none' : formatCount(usage.promptTokens + usage.completionTokens)}</td></tr>\n`;
}

function renderList(items: readonly Markup[]): Markup {
  return items.length === 0 ? html`none` : html`<ul>${items}</ul>`;
}

function renderSteps({
  id,
  title,
  note,
  counts,
}: {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly counts: readonly number[];
}): Markup {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...counts, 1);
  const bars = counts.map((count, step) => {
    const name = `${(step / 10).toFixed(1)} to ${((step + 1) / 10).toFixed(1)}`;
    const value = `${countRows(count)} (${formatShare(all === 0 ? 0 : count / all)})`;
    return renderBar({ name, share: count / most, value, words: `${name}: ${value}` });
  });
  return renderSection(id, title, html`<p class="note">${note}</p><ol class="bars">\n${bars}</ol>`);
}

function renderTopics({ topics, topicField }: RunReport): Markup | null {
  if (topics.length === 0) return null;
  const all = topics.reduce((sum, { rows }) => sum + rows, 0);
  const most = Math.max(...topics.map(({ rows }) => rows));
  const [shown, rest] = [topics.slice(0, 14), topics.slice(14)];
  const bars = shown.map(({ topic, rows, difficulty }) => {
    const mean = difficulty === undefined ? '' : `, mean difficulty ${difficulty.toFixed(2)}`;
    const value = `${countRows(rows)} (${formatShare(rows / all)})${mean}`;
    return renderBar({ name: topic, share: rows / most, value, words: `${topic}: ${value}` });
  });
  const how =
    topicField === undefined
      ? 'By the words of a question: each topic has a list of words, and the one of which a question has most is its topic. No model was asked, so this is a rough picture.'
      : `By the field '${topicField}' of the rows.`;
  return renderSection(
    'topics',
    'Topics',
    html`<p class="note">${how}</p><ol class="bars">\n${bars}</ol>${rest.length === 0 ? null : html`<p class="note">And ${formatCount(rest.length)} more topics.</p>`}`,
  );
}

function renderDiversity({ diversity, summary }: RunReport): Markup {
  const { questions, histogram, closest } = diversity;
  if (questions < 2) return renderSection('diversity', 'Nearest neighbours', html`<p>There are too few questions.</p>`);
  const most = Math.max(...histogram, 1);
  const bars = histogram.map((count, step) => {
    const name = `${(step / 10).toFixed(1)} to ${((step + 1) / 10).toFixed(1)}`;
    const value = `${countRows(count)} (${formatShare(count / questions)})`;
    return renderBar({ name, share: count / most, value, words: `${name}: ${value}` });
  });
  const pairs = closest.map(
    ({ ids, texts, similarity }) =>
      html`<li><b>${similarity.toFixed(2)}</b> <code>${ids[0]}</code> and <code>${ids[1]}</code><p>${cut(texts[0])}</p><p>${cut(texts[1])}</p></li>`,
  );
  const of = questions === summary.acceptedRows ? 'All' : 'A sample of';
  return renderSection(
    'diversity',
    'Nearest neighbours',
    html`<p class="note">${of} ${formatCount(questions)} questions, by how like the nearest other one of them is: Jaccard similarity of the sets of five letters that follow each other. 1 is the same text.</p><ol class="bars">\n${bars}</ol>
<details><summary>The pairs that are most alike</summary><ul class="texts">${pairs}</ul></details>`,
  );
}

function renderFound({ drops, contamination, benchmarks, summary }: RunReport): Markup {
  const isDuplicate = ({ reason }: DropReason): boolean => /duplicate|template-cap/.test(reason);
  const duplicates = drops.filter(isDuplicate);
  const rowsOf = (stage: string): number => summary.stages.find((one) => one.stage === stage)?.rows ?? 0;
  const checks = (pattern: RegExp): boolean => summary.stages.some(({ stage }) => pattern.test(stage));
  const none = (isChecked: boolean): Markup =>
    isChecked ? html`<p>None was found.</p>` : html`<p>Nothing was looked for: the recipe has no such stage.</p>`;
  const contaminated = Object.entries(contamination);
  const isChecked = checks(/contam/);
  const note =
    duplicates.length + contaminated.length === 0
      ? null
      : html`<p class="note">They were dropped. The text of a contaminated row is not shown, nor that of one that repeats it.</p>`;
  return renderSection(
    'found',
    'Duplicates and contamination',
    html`<div class="pair"><div><h3>Duplicates</h3>
${duplicates.length === 0 ? none(checks(/dup|unique/)) : html`<ul class="plain">${duplicates.map(({ reason, rows, stage }) => html`<li>${reason}: ${countRows(rows)} (${formatShare(rows / rowsOf(stage))} of those compared)</li>`)}</ul>`}</div>
<div><h3>Problems of benchmarks</h3>
${contaminated.length === 0 ? none(isChecked) : html`<ul class="plain">${contaminated.map(([benchmark, rows]) => html`<li>${benchmark}: ${countRows(rows)}</li>`)}</ul>`}
${benchmarks.map((one) => renderBenchmarks(one, { isOnly: benchmarks.length === 1 }))}</div></div>
${note}`,
  );
}

function renderBenchmarks(
  { stage, benchmarks, notChecked }: ContaminationReport,
  { isOnly }: { readonly isOnly: boolean },
): Markup {
  const items = benchmarks.map(({ benchmark, problems, problemsFound }) => {
    const size = problems === undefined ? '' : ` of ${formatCount(problems)}`;
    return html`<li>${benchmark}: ${formatCount(problemsFound)}${size} problems found</li>`;
  });
  const without =
    notChecked.length === 0 ? null : html`<p class="note">Not compared with: ${notChecked.join(', ')}.</p>`;
  return html`<details><summary>Compared with, in the whole run${isOnly ? '' : `, by ${stage}`}</summary><ul class="plain">${items}</ul></details>${without}`;
}

function renderDrops(drops: readonly DropReason[]): Markup {
  if (drops.length === 0) return renderSection('drops', 'Dropped rows', html`<p>No row was dropped.</p>`);
  const items = drops.map(({ stage, reason, rows, examples }) => {
    const texts = examples.map(
      ({ id, question, because, repeated }) =>
        html`<li><code>${id}</code>${question === undefined ? null : html`<p>${cut(question)}</p>`}${because === undefined ? null : html`<p class="soft">${cut(because)}</p>`}${repeated === undefined ? null : html`<p class="soft">It repeats: ${cut(repeated)}</p>`}</li>`,
    );
    return html`<details><summary>${stage}: ${reason}, ${countRows(rows)}</summary><ul class="texts">${texts}</ul></details>\n`;
  });
  return renderSection(
    'drops',
    'Dropped rows',
    html`<p class="note">The first of each reason. All of them are in the run folder.</p>\n${items}`,
  );
}

function renderOrigin({ seed, identity }: RunSummary): Markup {
  const text = JSON.stringify(hideLocal(identity), null, 2);
  return renderSection(
    'origin',
    'Where it comes from',
    html`<p>Seed ${seed}. Which rows are in the dataset is decided by their place in the output of their generator, never by a clock.</p>
<details><summary>The recipe with its settings</summary><pre tabindex="0" aria-label="The recipe">${trustLines(text)}</pre></details>`,
  );
}

/** Line by line, since a text on the page is on one line. */
function trustLines(text: string): readonly Markup[] {
  return text.split('\n').map((line) => html`${line}${trusted('\n')}`);
}

function renderSection(id: string, title: string, content: Markup): Markup {
  return html`<section class="card" aria-labelledby="${id}-title" id="${id}">
<h2 id="${id}-title">${title}</h2>
${content}
</section>\n`;
}

/** A bar of a share from 0 to 1 of its strip. Widths stand in the SVG: the page's policy lets no style in. */
function renderBar({
  name,
  share,
  value,
  words,
}: {
  readonly name: string;
  readonly share: number;
  readonly value: string;
  readonly words: string;
}): Markup {
  const width = (Math.min(1, Math.max(0, share)) * 100).toFixed(2);
  return html`<li><span class="name"><bdi>${name}</bdi></span><span class="value">${value}</span><svg role="img" width="100%" height="10"><title>${words}</title><rect class="track" width="100%" height="10" rx="5"/><rect class="bar" width="${width}%" height="10" rx="5"/></svg></li>\n`;
}

const longestText = 600;

function cut(text: string): string {
  if (text.length <= longestText) return text;
  // A character is not cut in two.
  return `${text.slice(0, longestText).replace(/[\ud800-\udbff]$/, '')}… (${formatCount(text.length)} letters)`;
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

function countRows(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'row' : 'rows'}`;
}

/** What is there is not shown as none, and what is missing not as all. */
function formatShare(share: number): string {
  const text = (share * 100).toFixed(1);
  if (text === '0.0' && share > 0) return '<0.1 %';
  return text === '100.0' && share < 1 ? '>99.9 %' : `${text} %`;
}
