import type { Disagreement, LabelAgreement, Summary } from '@scalequest/eval';
import { formatCount, formatPercent, formatTable } from './format.ts';

/** What `eval all --replies` found in one file. */
export interface RepliesRow {
  readonly benchmark: string;
  readonly model: string;
  readonly path: string;
  readonly folder?: string;
  readonly result?: Pick<
    Summary,
    | 'grader'
    | 'accuracy'
    | 'samples'
    | 'problems'
    | 'benchmarkProblems'
    | 'epochs'
    | 'isComplete'
    | 'spread'
    | 'outcomes'
  >;
  /** Left out where the source gives no labels. */
  readonly labels?: LabelAgreement;
  readonly disagreements?: readonly Disagreement[];
  /** Why it could not be judged. */
  readonly why?: string;
}

/** `ours` stands for the grader of the headline, see {@link nameGraders}. */
const headings = [
  'benchmark',
  'model',
  'problems',
  'samples',
  'ours',
  'label',
  'difference',
  'undecided',
  'disagree',
  'label wrong',
  'label unclear',
  'explained',
  'open',
  'spread',
] as readonly string[];

export function formatReplies(rows: readonly RepliesRow[]): string {
  const parts = [formatTable(nameGraders(rows))];
  for (const row of rows) {
    const lines = listDisagreements(row);
    if (lines.length > 0) parts.push(`${row.benchmark}/${row.model}:\n${lines.map((line) => `  ${line}`).join('\n')}`);
    if (row.why !== undefined) parts.push(`${row.benchmark}/${row.model}: ${row.why}`);
  }
  return parts.join('\n\n');
}

export function formatRepliesMarkdown(rows: readonly RepliesRow[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const [first = [], ...cells] = nameGraders(rows);
  const table = [line(first), line(first.map(() => '---')), ...cells.map(line)].join('\n');
  const lists = rows
    .filter((row) => row.why !== undefined || listDisagreements(row).length > 0)
    .map((row) => {
      const lines = row.why === undefined ? listDisagreements(row) : [row.why.replaceAll('\n', ' ')];
      return `## ${row.benchmark}/${row.model}\n\n${lines.map((text) => `- ${text}`).join('\n')}`;
    });
  return `${['# Recorded replies', table, ...lists].join('\n\n')}\n`;
}

/** The table, headings first. Our score stands under the name of its grader, or beside it where they are several. */
function nameGraders(rows: readonly RepliesRow[]): readonly (readonly string[])[] {
  const names = [...new Set(rows.flatMap(({ result }) => (result === undefined ? [] : [nameGrader(result)])))];
  const [heading = 'ours'] = names.length > 1 ? ['score'] : names;
  const column = headings.indexOf('ours');
  return [
    headings.with(column, heading),
    ...rows.map((row) => {
      const cells = listCells(row);
      if (names.length < 2 || row.result === undefined) return cells;
      return cells.with(column, `${cells[column]} (${nameGrader(row.result)})`);
    }),
  ];
}

/** `dart` of `dart@1`. */
function nameGrader({ grader }: { readonly grader: string }): string {
  return grader.replace(/@\d+$/, '');
}

function listCells({ benchmark, model, result, labels, disagreements = [] }: RepliesRow): string[] {
  if (result === undefined) return [benchmark, model, ...headings.slice(2).map(() => '-')];
  const count = (...kinds: readonly Disagreement['kind'][]): string =>
    formatCount(disagreements.filter(({ kind }) => kinds.includes(kind)).length);
  const { spread, problems, benchmarkProblems, samples, accuracy, outcomes } = result;
  const part = problems === benchmarkProblems ? '' : ` of ${formatCount(benchmarkProblems)}`;
  const isLabelled = labels !== undefined;
  return [
    benchmark,
    model,
    `${formatCount(problems)}${part}`,
    formatCount(samples),
    formatPercent(accuracy),
    isLabelled ? formatPercent(labels.labelCorrect / labels.labelled) : '-',
    isLabelled ? formatDifference((labels.onlyOursCorrect - labels.onlyLabelCorrect) / labels.labelled) : '-',
    formatCount(outcomes.undecided),
    isLabelled ? formatCount(disagreements.length) : '-',
    isLabelled ? count('label-wrong') : '-',
    isLabelled ? count('label-unclear') : '-',
    isLabelled ? count('explained') : '-',
    isLabelled ? count('unexplained') : '-',
    spread.min === spread.max ? '-' : `${formatPercent(spread.min)} to ${formatPercent(spread.max)}`,
  ];
}

/** A difference of two shares, in points. */
function formatDifference(share: number): string {
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(2)}`;
}

/** Every disagreement by id. One that nobody decided is no contradiction: those are counted and not listed. */
function listDisagreements({ disagreements = [], result }: RepliesRow): string[] {
  const judge = result === undefined ? 'ours' : nameGrader(result);
  return disagreements
    .filter(({ kind }) => kind !== 'undecided' && kind !== 'truncated')
    .map(({ id, epoch, label, outcome, answer, kind, why }) => {
      const sample = epoch === 0 ? id : `${id} epoch ${epoch}`;
      const taken = answer === undefined ? '' : `, answer ${answer.replaceAll(/\s+/g, ' ').slice(0, 80)}`;
      return `${sample}: label ${label}, ${judge} ${outcome}${taken} (${kind}${why === undefined ? '' : `: ${why}`})`;
    });
}
