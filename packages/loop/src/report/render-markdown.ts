import { findingsNote, groupFindings, listFindings, listWarnings } from './findings.ts';
import type { LoopReport } from './report-data.ts';
import {
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
  type ReportTable,
} from './report-tables.ts';
import { describeMethod, describeOrigin } from './report-text.ts';

export interface RenderMarkdownOptions {
  /** Name of the folder beside the file, with the page, the summaries and the leaderboard. */
  readonly folder: string;
  readonly hasLeaderboard: boolean;
}

/** The report for readers on GitHub: the page's facts as tables. */
export function renderMarkdown(report: LoopReport, { folder, hasLeaderboard }: RenderMarkdownOptions): string {
  const warnings = listWarnings(report).map((line) => `> **${escapeMarkdown(line)}**`);
  const board = hasLeaderboard ? `, [leaderboard of its rows](${folder}/leaderboard/LEADERBOARD.md)` : '';
  const parts: readonly (string | undefined)[] = [
    `# Loop report: ${escapeMarkdown(report.loop)}`,
    escapeMarkdown(report.description),
    warnings.length === 0 ? undefined : warnings.join('\n>\n'),
    describeOrigin(report).map(escapeMarkdown).join(' '),
    `[The same as a page with charts](${folder}/index.html), [numbers](${folder}/report.json), [summaries of the seeds](${folder}/summaries)${board}.`,
    '## Findings',
    findingsNote,
    renderFindings(report),
    '## Arms',
    renderTable(listArmsTable(report)),
    '## What each part is worth',
    ...listDifferenceTables(report).map(renderTable),
    ...section('## Scaling', [listScalingTable(report)]),
    ...section('## By the number of steps', listStepsTables(report)),
    ...section('## What each stage keeps', [...listFunnelTables(report), listFilterTable(report)]),
    ...section('## Questions as they were asked', [
      listAskedTable(report),
      listAskedChangesTable(report),
      listDifficultyTable(report),
    ]),
    ...section('## What the arms learned from', [listTaughtTable(report)]),
    '## How the numbers are made',
    describeMethod(report)
      .map((line) => `- ${escapeMarkdown(line)}`)
      .join('\n'),
    '## Settings',
    renderSettings(report),
    '## Where each number comes from',
    `The last column of each table names steps. A step's run id is the SHA-256 of its entry in the loop's manifest (first 12 digits here; whole, with every file's hash and those of the journals, in [summaries](${folder}/summaries)).`,
    renderSources(report),
  ];
  return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n`;
}

function renderFindings(report: LoopReport): string {
  const groups = groupFindings(listFindings(report)).map(
    ([about, lines]) => `**${about}**\n\n${lines.map(({ text }) => `- ${escapeMarkdown(text)}`).join('\n')}`,
  );
  return groups.join('\n\n') || 'None: nothing is compared.';
}

function section(title: string, tables: readonly (ReportTable | undefined)[]): readonly string[] {
  const there = tables.filter((table) => table !== undefined);
  return there.length === 0 ? [] : [title, ...there.map(renderTable)];
}

function renderTable({ caption, columns, rows }: ReportTable): string {
  const lines = [
    [...columns, 'Runs'],
    [...columns, ''].map(() => '---'),
    ...rows.map(({ cells, from }) => [...cells.map(escapeMarkdown), from.map((step) => `\`${step}\``).join(' ')]),
  ];
  return `**${escapeMarkdown(caption)}**\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
}

function renderSettings({ settings }: LoopReport): string {
  const lines = Object.entries(settings.steps).map(
    ([step, { kind, version, settings: own }]) =>
      `| \`${step}\` | ${kind} ${version} | ${codeOf(JSON.stringify(own))} |`,
  );
  return `<details><summary>Every step with its settings</summary>\n\n| Step | Kind, version | Settings |\n| --- | --- | --- |\n${lines.join('\n')}\n\n</details>`;
}

function renderSources({ seeds, sources }: LoopReport): string {
  const lines = sources.map(({ step, runs }) => {
    const journals = [...new Set(runs.flatMap((run) => Object.keys(run.journals)))];
    return `| \`${step}\` | ${runs.map(({ run }) => `\`${run.slice(0, 12)}\``).join(' | ')} | ${journals.map((file) => `\`${file}\``).join(' ')} |`;
  });
  const head = ['Step', ...seeds.map((seed) => `Seed ${seed}`), 'Journals'];
  return `<details><summary>Run ids</summary>\n\n| ${head.join(' | ')} |\n| ${head.map(() => '---').join(' | ')} |\n${lines.join('\n')}\n\n</details>`;
}

/** Text that Markdown shows as it is, in a table too. A bracket or a smaller-than sign is left where it begins nothing. */
function escapeMarkdown(text: string): string {
  return text.replaceAll('\n', ' ').replace(/[\\|*_]|<(?=[a-z!/?])|\](?=[([:])/gi, (sign) => `\\${sign}`);
}

function codeOf(text: string): string {
  return `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``;
}
