import type { Problem } from '@scalequest/datasets';
import { formatCsv, formatJunit, formatParquet, readExport, readRecordedRun, requireSameRows } from '@scalequest/eval';
import { CliError } from '../errors.ts';
import { writeParts } from '../output/write-parts.ts';
import { openRunTask } from './run-rescore.ts';
import { loadForScore } from './run-score.ts';

export interface RunExportOptions {
  readonly as: 'junit' | 'csv' | 'parquet';
  readonly out: string;
  readonly withTexts?: boolean;
  readonly benchmark?: string;
  readonly dataDir?: string;
}

export async function runExport(folder: string, options: RunExportOptions): Promise<void> {
  const { as, out } = options;
  if (as === 'parquet' && out === '-') throw parquetOnOutputError();
  const run = await readExport(folder, options.withTexts === true ? await loadProblems(folder, options) : undefined);
  if (!run.head.isComplete) console.error('This run is not finished: the samples that were not asked are missing.');
  await writeParts(out, formats[as](run));
}

const formats = { junit: formatJunit, csv: formatCsv, parquet: formatParquet } as const;

async function loadProblems(folder: string, options: RunExportOptions): Promise<readonly Problem[]> {
  const run = await readRecordedRun(folder);
  const task = await openRunTask(run, options);
  const benchmark = await loadForScore(task, { ...options, goldFixes: run.hasGoldFixes });
  requireSameRows(run, benchmark);
  return benchmark.problems;
}

function parquetOnOutputError(): CliError {
  return new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: 'Parquet cannot be written to standard output.',
    next: 'Give a file: --out run.parquet.',
    fields: { option: '--out' },
  });
}
