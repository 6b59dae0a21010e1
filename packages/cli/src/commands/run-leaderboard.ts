import { join } from 'node:path';
import { pathExists, writeFileAtomic } from '@scalequest/core';
import {
  compareResults,
  type Finding,
  type GateReport,
  makeLeaderboard,
  makeResult,
  nameResult,
  parseResults,
  type ReadResults,
  type ResultFile,
  readLeaderboard,
  readRecordedRun,
} from '@scalequest/eval';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { countOf, formatHundredths, formatPercent } from '../output/format.ts';
import { readFilesOfRef } from '../setup/read-files-of-ref.ts';
import { openRunTask } from './run-rescore.ts';
import { loadForScore } from './run-score.ts';

export interface AddOptions {
  readonly results: string;
  readonly source?: string;
  readonly licence?: string;
  readonly note?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

export interface BuildOptions {
  readonly dir: string;
  readonly check?: boolean;
  readonly json?: boolean;
}

export interface GateOptions {
  readonly base: string;
  readonly dir: string;
  readonly json?: boolean;
}

export async function addResult(folder: string, options: AddOptions): Promise<void> {
  const run = await readRecordedRun(folder);
  const task = await openRunTask(run, {});
  const benchmark = await loadForScore(task, { ...options, goldFixes: run.hasGoldFixes });
  const source = describeSource(options);
  const { result, leftOut } = await makeResult({ folder, benchmark, ...(source === undefined ? {} : { source }) });
  const path = join(options.results, nameResult(result));
  await writeFileAtomic(path, formatResult(result));
  if (options.json === true) console.log(JSON.stringify({ path, leftOut }));
  else {
    const { benchmark: name, correct, accuracy, problems, epochs, grader } = result;
    console.log(
      `${path}\n${name}: ${formatPercent(accuracy)} correct (${correct} of ${problems * epochs}), grader ${grader}`,
    );
  }
  if (leftOut.length > 0) console.error(`Left out, as they have not judged every sample: ${leftOut.join(', ')}.`);
}

/** Letters stay on one line each, so that a change of one is one line of a diff. */
function formatResult(result: ResultFile): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

function describeSource({ source, licence, note }: AddOptions): ResultFile['source'] | undefined {
  if (source === undefined && licence === undefined && note === undefined) return undefined;
  if (source !== undefined && licence !== undefined) {
    return { what: source, licence, ...(note === undefined ? {} : { note }) };
  }
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: 'A source needs --source and --licence.',
    why: `There is no ${source === undefined ? '--source' : '--licence'}.`,
    next: 'Give both, or neither for a run that asked a model: --source owner/name:path@commit --licence MIT.',
  });
}

export async function buildLeaderboard({ dir, check = false, json }: BuildOptions): Promise<ExitCode> {
  await requireFolder(dir);
  const { findings, board, written } = await makeLeaderboard({ dir, check });
  const impossible = board.tables.flatMap(({ benchmark, reported }) =>
    reported.flatMap(({ model, source, notes }) =>
      notes.filter((note) => note.startsWith('no k of')).map((note) => `${benchmark}, ${model} (${source}): ${note}`),
    ),
  );
  if (json === true) console.log(JSON.stringify({ findings, written, notes: impossible }));
  else {
    for (const note of impossible) console.log(`note: ${note}`);
    const rows = board.tables.reduce((sum, { measured }) => sum + measured.length, 0);
    const whole = `${countOf(rows, 'measured row')} in ${countOf(board.tables.length, 'table')}`;
    if (findings.length === 0) console.log(check ? `${dir}: nothing would change. ${whole}.` : `${dir}: ${whole}.`);
  }
  for (const line of describeFindings(dir, findings)) console.error(line);
  if (findings.length === 0) return 0;
  console.error(
    check
      ? 'Put that right, then make the board again: `scalequest leaderboard build`.'
      : 'Nothing was written. Put that right, or make the result again: `scalequest leaderboard add RUN`.',
  );
  return 1;
}

function describeFindings(dir: string, findings: readonly Finding[]): readonly string[] {
  return findings.map(({ place, what }) => `${dir}/${place}: ${what}`);
}

export async function gateLeaderboard({ base, dir, json }: GateOptions): Promise<ExitCode> {
  await requireFolder(dir);
  const head = await readLeaderboard(dir);
  const before = await readBase(base, dir);
  const { findings } = head;
  for (const line of [...describeFindings(dir, findings), ...describeFindings(base, before.findings)]) {
    console.error(line);
  }
  const report = compareResults({
    base: [...before.results, ...before.unsound],
    unread: before.unread,
    head: head.results,
  });
  if (json === true) console.log(JSON.stringify({ ...report, findings }));
  // Where a result is wrong, what the others say is no answer.
  else if (findings.length === 0) console.log(formatReport(report));
  if (findings.length > 0) return 1;
  return report.changes.some(({ verdict }) => verdict === 'worse') ? 1 : 0;
}

/** The folder of a leaderboard where there is one of that name, else a git ref. */
async function readBase(base: string, dir: string): Promise<ReadResults> {
  if (await pathExists(join(base, 'results'))) return await readLeaderboard(base);
  const files = await readFilesOfRef({ ref: base, folder: join(dir, 'results') });
  return await parseResults(files.map(({ name, text }) => ({ place: `results/${name}`, text })));
}

function formatReport({ changes, notes }: GateReport): string {
  const lines = changes.map(({ verdict, benchmark, model, grader, difference, before, now, ...rest }) => {
    const points = `${difference > 0 ? '+' : ''}${formatHundredths(difference)} points`;
    const scores = `${formatPercent(before)} to ${formatPercent(now)}`;
    const p = `p = ${rest.test.pValue.toPrecision(2)}, ${rest.holmPValue.toPrecision(2)} by Holm`;
    return `${verdict}: ${benchmark}, ${model}: ${points} (${scores} by ${grader}), lost ${rest.lost}, gained ${rest.gained}, ${p}`;
  });
  const worse = changes.filter(({ verdict }) => verdict === 'worse').length;
  const end =
    worse === 0
      ? `${countOf(changes.length, 'result')} compared, none is worse.`
      : `${worse} of ${countOf(changes.length, 'result')} ${worse === 1 ? 'is' : 'are'} worse than on the base.`;
  return [...lines, ...notes, end].join('\n');
}

async function requireFolder(dir: string): Promise<void> {
  if (await pathExists(dir)) return;
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `There is no leaderboard in '${dir}'.`,
    why: 'It holds results/, and the board is made from them.',
    next: `Make a result first: \`scalequest leaderboard add RUN --results ${join(dir, 'results')}\`, or name the folder with --dir.`,
    fields: { dir },
  });
}
