import { digest } from '@scalequest/core';
import { getBenchmark } from '@scalequest/datasets';
import { findTaskOfResult } from '../benchmarks/choose-set.ts';
import { tasks } from '../benchmarks/find-task.ts';
import type { Task } from '../benchmarks/task.ts';
import { computePassAtK, type GraderRow } from '../outcomes/summary.ts';
import { listKs } from '../outcomes/voting.ts';
import { isSourceLabel } from '../pipeline/source-label.ts';
import { computeClusteredInterval } from '../statistics/clustered.ts';
import type { Board, BoardTable, MeasuredRow, ReportedRow } from './board.ts';
import { isCount } from './is-count.ts';
import { countCorrectByProblem, countLetters } from './letters.ts';
import { describeComparable, rankResults, type Standing } from './rank-results.ts';
import type { ReportedFile } from './reported-file.ts';
import type { ResultFile } from './result-file.ts';

/** A result and the name of its file. */
export interface NamedResult {
  readonly file: string;
  readonly result: ResultFile;
}

export interface BoardInput {
  readonly results: readonly NamedResult[];
  readonly reported: readonly ReportedFile[];
  readonly notes: readonly string[];
}

/** Makes the board, tables with measured rows first: the same input gives the same board, in any order and on any machine. */
export function buildBoard({ results, reported, notes }: BoardInput): Board {
  const named = new Set([
    ...results.map(({ result }) => result.benchmark),
    ...reported.flatMap(({ rows }) => rows.flatMap(({ scores }) => Object.keys(scores))),
  ]);
  const order = [...tasks.keys(), ...[...named].filter((name) => !tasks.has(name)).sort()];
  const all = order.filter((name) => named.has(name)).map((name) => buildTable(name, { results, reported, notes }));
  const isMeasured = ({ measured }: BoardTable): boolean => measured.length > 0;
  const tables = [...all.filter(isMeasured), ...all.filter((table) => !isMeasured(table))];
  return { format: 1, tables, notes: [...notes, ...tables.flatMap((table) => noteDifferences(table, results))] };
}

function buildTable(name: string, { results, reported }: BoardInput): BoardTable {
  const task = findTaskOfResult(name);
  if (task === undefined) throw new TypeError(`'${name}' is no benchmark that ships.`);
  const { name: rows, title, count = 0 } = getBenchmark(task.benchmark);
  const own = results.filter(({ result }) => result.benchmark === name).sort(compareResultFiles);
  const standings = rankResults(own.map(({ result }) => result));
  return {
    benchmark: name,
    // Two ways to ask the same problems are two tables.
    title: rows === name ? title : `${title}, as ${name}`,
    problems: count,
    measured: own.map((one, i) => buildRow(one, { standing: standings[i] as Standing, task })),
    reported: reported.flatMap((file) => listReported(file, { name, count })).sort(compareReported),
  };
}

function buildRow(
  { file, result }: NamedResult,
  { standing, task }: { readonly standing: Standing; readonly task: Task },
): MeasuredRow {
  const { problems, epochs, grader, protocol, source } = result;
  const samples = problems * epochs;
  const letters = result.outcomes[grader] ?? [];
  const counts = countLetters(letters);
  const byProblem = countCorrectByProblem(letters, problems);
  const { low, high, ...how } = computeClusteredInterval(byProblem, epochs);
  const graders = Object.fromEntries(
    Object.keys(result.outcomes)
      .sort()
      .map((name) => [name, describeGrader(countLetters(result.outcomes[name] ?? []), samples)]),
  );
  const judged = Object.entries(graders).flatMap(([name, row]) => (isSourceLabel(name) ? [] : [row.accuracy]));
  const ks = listKs(epochs, task.tests === undefined ? 2 : 10);
  const passAtK = epochs === 1 ? {} : computePassAtK(byProblem, { epochs, ks }).passAtK;
  return {
    kind: 'measured',
    file,
    fileSha256: digest(result),
    model: result.model,
    replies: result.replies,
    ...(source === undefined ? {} : { source }),
    grader,
    correct: counts.correct,
    samples,
    epochs,
    score: counts.correct / samples,
    interval: { ...how, low: round(low), high: round(high) },
    bounds: {
      low: counts.correct / samples,
      high: (counts.correct + counts.undecided + counts.error) / samples,
    },
    ...standing,
    rates: {
      'no-answer': counts['no-answer'] / samples,
      truncated: counts.truncated / samples,
      undecided: counts.undecided / samples,
      error: counts.error / samples,
    },
    marks: result.marks,
    graders,
    spread: { min: Math.min(...judged), max: Math.max(...judged) },
    protocol: protocol === null ? null : { label: protocol.label, sha256: protocol.sha256 },
    passAtK: Object.fromEntries(Object.entries(passAtK).map(([k, value]) => [k, round(value)])),
    tokens: result.tokens,
    cost: result.cost,
  };
}

function describeGrader(counts: GraderRow['outcomes'], samples: number): GraderRow {
  return { correct: counts.correct, accuracy: counts.correct / samples, outcomes: counts };
}

/** What rests on roots and logarithms, whose last digit another machine may have otherwise. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function listReported(
  { source, digits, rows, notes: ofAll = [] }: ReportedFile,
  { name, count }: { readonly name: string; readonly count: number },
): readonly ReportedRow[] {
  return rows.flatMap(({ model, scores, notes = [] }) => {
    const percent = scores[name];
    if (percent === undefined) return [];
    const isPossible = isCount({ percent, digits, of: count });
    const impossible = isPossible ? [] : [`no k of ${count} gives ${percent.toFixed(digits)} %`];
    return [{ kind: 'reported' as const, model, percent, digits, source, notes: [...ofAll, ...notes, ...impossible] }];
  });
}

function compareResultFiles(a: NamedResult, b: NamedResult): number {
  return (
    b.result.accuracy - a.result.accuracy || compareText(a.result.model, b.result.model) || compareText(a.file, b.file)
  );
}

function compareReported(a: ReportedRow, b: ReportedRow): number {
  return b.percent - a.percent || compareText(a.model, b.model) || compareText(a.source, b.source);
}

/** By code units: the same order in every locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a reader must know before comparing two rows of a table. */
function noteDifferences({ benchmark }: BoardTable, results: readonly NamedResult[]): readonly string[] {
  const own = results.flatMap(({ result }) => (result.benchmark === benchmark ? [result] : []));
  const kinds = new Set(own.map(describeComparable));
  const protocols = new Set(own.map(({ protocol }) => protocol?.sha256));
  return [
    ...(kinds.size < 2
      ? []
      : [
          `${benchmark}: rows that differ in epochs, references or grader are not tested against each other, so their places stay wide and they share a group.`,
        ]),
    ...(own.length < 2 || (protocols.size === 1 && !protocols.has(undefined))
      ? []
      : [
          `${benchmark}: the rows were not all asked by one known protocol, so a difference between two may come from how they were asked.`,
        ]),
  ];
}
