import { showUnseen } from '@scalequest/core';
import { sourceLabelGrader } from '../pipeline/source-label.ts';
import type { Board, BoardTable, MeasuredRow, ReportedRow } from './board.ts';

/** `LEADERBOARD.md`. */
export function renderMarkdown(board: Board): string {
  const measured = board.tables.filter((table) => table.measured.length > 0);
  const others = board.tables.filter((table) => table.measured.length === 0);
  const blocks = [
    '# Leaderboard',
    'Made by `nx run eval:leaderboard` from `results/` and `reported/`; do not edit. `index.html` beside it can be sorted and filtered.',
    listLegend(),
    ...(board.notes.length === 0 ? [] : ['## Notes', board.notes.map((note) => `- ${escapeText(note)}`).join('\n')]),
    ...measured.flatMap(renderTable),
    ...(others.length === 0 ? [] : ['# Benchmarks with reported values only', ...others.flatMap(renderTable)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function listLegend(): string {
  return [
    '- **Measured** rows are counted from one letter for each sample. Correct is k of n; n is always every sample.',
    '- **Place**: the places a row may have. Rows that a paired test calls better come before it, Holm corrected over the table, at 5 %.',
    '- **Group**: rows that share a letter cannot be told apart by that test, or were not tested; rows that share none can.',
    '- **95 %**: Wilson interval, by problem where there are several epochs.',
    '- **Graders**: the lowest and the highest score that a grader gives the same replies. **Source** is the score by the label that came with recorded replies.',
    '- **Open** is undecided and errors: the score may be higher by as much. A mark ⚠ says that more than 2 % are undecided or more than 5 % truncated.',
    '- **Reported** rows are what somebody else published. They are not measured here and have no place.',
  ].join('\n');
}

function renderTable(table: BoardTable): readonly string[] {
  const { measured, reported } = table;
  return [
    `## ${table.benchmark}`,
    `${escapeText(table.title)}, ${count(table.problems)} problems.`,
    ...(measured.length === 0 ? [] : [renderMeasured(measured), ...listDetails(measured)]),
    ...(reported.length === 0 ? [] : [renderReported(reported)]),
  ];
}

function renderMeasured(rows: readonly MeasuredRow[]): string {
  const hasSource = rows.some(({ graders }) => sourceLabelGrader in graders);
  const hasCost = rows.some(({ cost }) => cost !== null);
  const heads = [
    'Place',
    'Group',
    'Model',
    'Score %',
    '95 %',
    'Correct',
    'Graders',
    ...(hasSource ? ['Source'] : []),
    'No answer',
    'Truncated',
    'Open',
    'Protocol',
    ...(hasCost ? ['Cost'] : []),
  ];
  const lines = rows.map((row) => [
    row.rank.best === row.rank.worst ? `${row.rank.best}` : `${row.rank.best}-${row.rank.worst}`,
    row.groups.join(' '),
    `${escapeText(row.model)}${row.replies === 'recorded' ? ' (recorded)' : ''}`,
    `**${percent(row.score)}**${row.marks.length === 0 ? '' : ` ⚠ ${row.marks.join(', ')}`}`,
    `${percent(row.interval.low)} to ${percent(row.interval.high)}`,
    `${count(row.correct)} of ${count(row.samples)}`,
    `${percent(row.spread.min)} to ${percent(row.spread.max)}`,
    ...(hasSource ? [percentOf(row.graders[sourceLabelGrader]?.accuracy)] : []),
    percent(row.rates['no-answer']),
    percent(row.rates.truncated),
    percent(row.bounds.high - row.bounds.low),
    row.protocol === null ? 'not known' : `${escapeText(row.protocol.label)} \`${row.protocol.sha256.slice(0, 8)}\``,
    ...(hasCost ? [row.cost === null ? '' : row.cost.total.toFixed(2)] : []),
  ]);
  return renderRows(heads, lines, ['Group', 'Model', 'Protocol']);
}

/** What a row has no column for: its graders by name, pass@k, where its replies come from. */
function listDetails(rows: readonly MeasuredRow[]): readonly string[] {
  const items = rows.map((row) => {
    const graders = Object.entries(row.graders)
      .filter(([name]) => name !== sourceLabelGrader)
      .map(([name, { accuracy }]) => `${escapeText(name)} ${percent(accuracy)}`);
    const pass = Object.entries(row.passAtK).map(([k, value]) => `pass@${k} ${percent(value)}`);
    const { source } = row;
    const origin =
      source === undefined
        ? []
        : [
            `from ${escapeText(source.what)}, ${escapeText(source.licence)}${source.note === undefined ? '' : `. ${escapeText(source.note)}`}`,
          ];
    return `- ${escapeText(row.model)}: headline by ${escapeText(row.grader)}; ${[graders.join(', '), ...(pass.length === 0 ? [] : [pass.join(', ')]), ...origin].join('; ')}`;
  });
  return [`<details><summary>Graders and sources of these rows</summary>\n\n${items.join('\n')}\n\n</details>`];
}

function renderReported(rows: readonly ReportedRow[]): string {
  const lines = rows.map(({ model, percent: value, digits, source, notes }) => [
    escapeText(model),
    value.toFixed(digits),
    escapeText(source),
    escapeText(notes.join('; ')),
  ]);
  return renderRows(['Reported', '%', 'Published in', 'Notes'], lines, ['Reported', 'Published in', 'Notes']);
}

function renderRows(heads: readonly string[], rows: readonly (readonly string[])[], texts: readonly string[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map((head) => (texts.includes(head) ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function percentOf(share: number | undefined): string {
  return share === undefined ? '' : percent(share);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A model's name is data: it must not end a cell, or begin a tag or a link. */
function escapeText(text: string): string {
  return showUnseen(text).replaceAll(/[\\`*_[\]|<>~$&#]/g, '\\$&');
}
