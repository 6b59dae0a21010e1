import type { AllRow } from '../commands/whole.ts';
import { formatCount, formatInterval, formatPercent, formatTable } from './format.ts';

/** The table of `eval all`, as text, with the reason below for each benchmark that has no result. */
export function formatWhole(rows: readonly AllRow[]): string {
  const table = formatTable([headings, ...rows.map(listCells)]);
  const notes = rows.filter(({ why }) => why !== undefined).map(({ benchmark, why }) => `${benchmark}: ${why}`);
  return [table, ...notes].join('\n\n');
}

export function formatWholeMarkdown(rows: readonly AllRow[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const notes = rows
    .filter(({ why }) => why !== undefined)
    .map(({ benchmark, why }) => `- ${benchmark}: ${why?.replaceAll('\n', ' ')}`);
  const runs = rows
    .filter(({ folder }) => folder !== undefined)
    .map(({ benchmark, folder }) => `- ${benchmark}: \`${folder}\``);
  const table = [line(headings), line(headings.map(() => '---')), ...rows.map((row) => line(listCells(row)))];
  return `${[['# Every benchmark'], table, runs, notes]
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

const headings = [
  'benchmark',
  'status',
  'model',
  'samples',
  'correct',
  'accuracy',
  '95 % interval',
  'truncated',
  'undecided',
  'error',
  'protocol',
  'grader',
  'spread',
] as const;

function listCells(row: AllRow): string[] {
  const { benchmark, measured, status, model, samples, accuracy, interval, outcomes, spread } = row;
  const name = measured === undefined || measured === benchmark ? benchmark : `${benchmark} (${measured})`;
  if (samples === undefined || accuracy === undefined || interval === undefined || spread === undefined) {
    return [name, status, ...headings.slice(2).map(() => '-')];
  }
  const count = (outcome: string): string => formatCount(outcomes?.[outcome] ?? 0);
  return [
    name,
    status,
    model ?? '-',
    formatCount(samples),
    count('correct'),
    formatPercent(accuracy),
    formatInterval(interval),
    count('truncated'),
    count('undecided'),
    count('error'),
    row.protocol ?? '-',
    row.grader ?? '-',
    spread.min === spread.max ? '-' : `${formatPercent(spread.min)} to ${formatPercent(spread.max)}`,
  ];
}
