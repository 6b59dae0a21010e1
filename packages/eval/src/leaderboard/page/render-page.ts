import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { html, type Markup, renderPageHead, trusted } from '@scalequest/core';
import type { Board, BoardTable } from '../board.ts';
import { renderCostChart } from './cost-chart.ts';
import { formatNumberOf } from './format.ts';
import { renderGroupsChart } from './groups-chart.ts';
import { renderMeasuredTable } from './measured-table.ts';
import { renderReportedTable } from './reported-table.ts';
import { renderScoreChart } from './score-chart.ts';
import { renderSpreadChart } from './spread-chart.ts';
import { renderTruncationChart } from './truncation-chart.ts';

const packageFolder = join(import.meta.dirname, '..', '..', '..');
/** Modules that import nothing, each in its own element: nothing has to join them. */
const scripts = ['theme.js', 'board-view.js'];
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%232f5bd7'/%3E%3Cpath d='M4 12V8.5M8 12V4M12 12V6.5' stroke='%23fff' stroke-width='1.8' stroke-linecap='round'/%3E%3C/svg%3E";

/**
 * The leaderboard as one HTML file that needs no server and no network: every table and chart stands in it, and its script
 * only sorts and filters. The same board gives the same bytes. All text of the board is escaped, and the page's policy lets
 * no other script or style run than the ones written here.
 *
 * @example
 * writeFileSync('leaderboard/index.html', renderPage(board));
 */
export function renderPage(board: Board): string {
  const tables = arrangeTables(board.tables);
  const sources = scripts.map((file) => readFileSync(join(packageFolder, 'dist', 'page', file), 'utf8').trim());
  const head = renderPageHead({
    title: 'Leaderboard',
    description: 'Measured scores with intervals, the places they may have, and reported values beside them.',
    styleFile: join(packageFolder, 'page', 'style.css'),
    icon,
    scripts: sources,
  });
  const page = html`<!doctype html>
<html lang="en">
${head}
<body>
<a class="skip" href="#tables">Skip to the tables</a>
<header class="top">
<div>
<h1>Leaderboard</h1>
<p>Scores that were measured and can be made again, and beside them values that others reported.</p>
</div>
${themeSwitch}
</header>
${tables.length === 0 ? html`<p class="card">There is no result yet.</p>` : renderControls(tables)}
<main id="tables" tabindex="-1">
<p id="nothing" class="card" hidden>No row matches.</p>
${tables.map(renderSection)}</main>
<footer>
${howToRead}
${board.notes.length === 0 ? null : html`<section class="card notes" aria-labelledby="notes-title"><h2 id="notes-title">Notes</h2><ul>${board.notes.map((note) => html`<li>${note}</li>`)}</ul></section>`}
</footer>
<div id="said" class="unseen" role="status"></div>
${tables.length === 0 ? null : sources.map((source) => html`<script type="module">${trusted(source)}</script>\n`)}</body>
</html>
`;
  return page.markup;
}

const themeSwitch = html`<fieldset class="segments" id="theme" hidden>
<legend class="unseen">Theme</legend>
<label><input type="radio" name="theme" value="auto" checked><span>Auto</span></label>
<label><input type="radio" name="theme" value="light"><span>Light</span></label>
<label><input type="radio" name="theme" value="dark"><span>Dark</span></label>
</fieldset>`;

const howToRead = html`<section class="card notes" aria-labelledby="reading-title">
<h2 id="reading-title">How to read it</h2>
<ul>
<li><b>Places.</b> The places that a row may have among the measured rows of its table. Every two rows of the same problems are compared by a paired test, Holm corrected; what it calls better comes before.</li>
<li><b>Groups.</b> Rows that share a letter cannot be told apart by that test, or were not tested; rows that share none can, also where their places overlap.</li>
<li><b>Score.</b> Correct samples over all samples. The interval is at 95 %. The bounds are the score if every undecided sample and every error were wrong, or correct; they are shown where they differ.</li>
<li><b>Grader spread.</b> The lowest and the highest score that a grader gives the same replies. The label that came with recorded replies stands apart, since it is the judgement of their source.</li>
<li><b>Marks.</b> A row is marked where more than 2 % of its samples are undecided or more than 5 % of its replies truncated.</li>
<li><b>Reported.</b> Values that others published. They were not measured here, have no interval and take no place.</li>
</ul>
</section>`;

/** Tables with measured rows first. Benchmarks that share a title, such as GSM8K with and without shots, carry their name too. */
function arrangeTables(tables: readonly BoardTable[]): readonly BoardTable[] {
  const named = tables.map((table) => {
    const isShared = tables.some(({ title, benchmark }) => title === table.title && benchmark !== table.benchmark);
    return isShared ? { ...table, title: `${table.title} (${table.benchmark})` } : table;
  });
  return [
    ...named.filter(({ measured }) => measured.length > 0),
    ...named.filter(({ measured }) => measured.length === 0),
  ];
}

/** The letters of a benchmark's name that an address may hold. */
function anchorOf({ benchmark }: BoardTable): string {
  return `benchmark-${benchmark.replace(/[^\w.-]+/g, '-')}`;
}

function renderControls(tables: readonly BoardTable[]): Markup {
  const links = tables.map((table) => html`<li><a href="#${anchorOf(table)}">${table.title}</a></li>`);
  const options = tables.map(({ benchmark, title }) => html`<option value="${benchmark}">${title}</option>`);
  return html`<nav aria-label="Benchmarks"><ul>${links}</ul></nav>
<form id="controls" class="card controls" role="search" aria-label="Rows" autocomplete="off" hidden>
<label class="field grow">Text <input id="search" type="search" placeholder="model, benchmark, protocol" spellcheck="false"></label>
<label class="field">Benchmark <select id="benchmark"><option value="">All</option>${options}</select></label>
<fieldset class="segments">
<legend class="unseen">Kind of rows</legend>
<label><input type="radio" name="kind" value="all" checked><span>All</span></label>
<label><input type="radio" name="kind" value="measured"><span>Measured</span></label>
<label><input type="radio" name="kind" value="reported"><span>Reported</span></label>
</fieldset>
<button type="reset">Reset</button>
<p id="count" role="status"></p>
</form>`;
}

function renderSection(table: BoardTable): Markup {
  const { benchmark, title, problems, measured, reported } = table;
  const anchor = anchorOf(table);
  const hasRows = measured.length + reported.length > 0;
  return html`<section class="card" data-benchmark="${benchmark}" id="${anchor}" aria-labelledby="${anchor}-title">
<h2 id="${anchor}-title">${title}</h2>
<p class="note">${formatNumberOf(problems, 'problem')}, ${formatNumberOf(measured.length, 'measured row')}, ${formatNumberOf(reported.length, 'reported value')}</p>
${
  hasRows
    ? html`<div class="charts">
${renderScoreChart(table)}
${renderGroupsChart(table)}
${renderSpreadChart(table)}
${renderTruncationChart(table)}
${renderCostChart(table)}
</div>`
    : html`<p>There is no row yet.</p>`
}
${measured.length === 0 ? null : html`<div data-kind="measured">${renderMeasuredTable(table)}</div>`}
${reported.length === 0 ? null : html`<div data-kind="reported">${renderReportedTable(table)}</div>`}
</section>
`;
}
