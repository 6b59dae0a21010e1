import { writeFileAtomic } from '@scalequest/core';
import type { Problem } from '@scalequest/datasets';
import { formatCsv, formatJunit, makeParquet, readExport, readRecordedRun, requireSameRows } from '@scalequest/eval';
import { CliError } from '../errors.ts';
import { createReplacingWriter } from '../output/replacing-writer.ts';
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
  if (as === 'parquet') await writeFileAtomic(out, makeParquet(run));
  else await writeText(out, as === 'csv' ? formatCsv(run) : formatJunit(run));
}

async function loadProblems(folder: string, options: RunExportOptions): Promise<readonly Problem[]> {
  const run = await readRecordedRun(folder);
  const task = await openRunTask(run, options);
  const benchmark = await loadForScore(task, { ...options, goldFixes: run.hasGoldFixes });
  requireSameRows(run, benchmark);
  return benchmark.problems;
}

async function writeText(path: string, parts: Iterable<string>): Promise<void> {
  const writer = await createReplacingWriter(path);
  try {
    for (const part of parts) await writer.write(part);
    await writer.commit();
  } finally {
    await writer.discard();
  }
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
