import { type Comparison, formatComparisonCsv, formatComparisonJunit, type ModelComparison } from '@scalequest/eval';
import { CliError } from '../errors.ts';
import { formatComparison } from './format-comparison.ts';
import { writeParts } from './write-parts.ts';

export interface ExportComparisonOptions {
  readonly as?: 'junit' | 'csv';
  readonly out?: string;
  readonly flips: number;
  readonly json?: boolean;
}

/** @throws CliError `BAD_OPTION`: before a long comparison, and not after it */
export function checkExportOptions({ as, out, json }: ExportComparisonOptions): void {
  if ((as === undefined) !== (out === undefined)) {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: `Option ${as === undefined ? '--out' : '--as'} is given without ${as === undefined ? '--as' : '--out'}.`,
      next: 'Give both: --as junit --out report.xml.',
      fields: { as, out },
    });
  }
  if (out === '-' && json === true) {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: 'Options --json and --out - both ask for standard output.',
      next: 'Give a file: --out report.xml.',
      fields: { out },
    });
  }
}

/** Writes what `--as` and `--out` ask for, where they do. */
export async function exportComparison(
  comparison: Comparison | ModelComparison,
  { as, out, flips }: ExportComparisonOptions,
): Promise<void> {
  if (as === undefined || out === undefined) return;
  const { benchmarks, notes } =
    'benchmarks' in comparison
      ? comparison
      : { benchmarks: [{ ...comparison, holmPValue: comparison.test.pValue }], notes: [] };
  const texts = benchmarks.map((one) => formatComparison(one, { flips }));
  await writeParts(
    out,
    as === 'csv' ? formatComparisonCsv(benchmarks) : formatComparisonJunit({ benchmarks, notes, texts }),
  );
}
