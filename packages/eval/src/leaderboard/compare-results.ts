import type { PairedTest } from '../compare-runs.ts';
import { sourceLabelGrader } from '../pipeline/source-label.ts';
import { adjustByHolm } from '../statistics/holm.ts';
import type { NamedResult } from './build-board.ts';
import { significance, testResults } from './rank-results.ts';
import type { ResultFile } from './result-file.ts';

/** A result against the one of the same benchmark and model before it. */
export interface ResultChange {
  readonly benchmark: string;
  readonly model: string;
  readonly grader: string;
  /** Score now less score before. */
  readonly difference: number;
  readonly before: number;
  readonly now: number;
  readonly gained: number;
  readonly lost: number;
  readonly test: PairedTest;
  /** Adjusted over all results that are compared. */
  readonly holmPValue: number;
  /** Whether chance is no likely cause of the difference. */
  readonly verdict: 'worse' | 'better' | 'not told apart';
}

export interface GateReport {
  /** Those that the base has too, by name of the file. */
  readonly changes: readonly ResultChange[];
  /** Results that are new, gone, or not to be compared, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Compares each result with that of the same benchmark and model on the base: by a paired test, Holm corrected, and not by a
 * threshold, which would be too strict for 30 problems and too lax for 5,000.
 */
export function compareResults({
  base,
  head,
}: {
  readonly base: readonly NamedResult[];
  readonly head: readonly NamedResult[];
}): GateReport {
  const notes: string[] = [];
  const tested = head.flatMap(({ file, result }) => {
    const before = findBefore(result, { file, base });
    if (before === undefined) {
      notes.push(`New: ${result.benchmark}, ${result.model}.`);
      return [];
    }
    const grader = findGrader(before, result);
    const reason = whyNot(before, result) ?? (grader === undefined ? 'no grader judged both' : undefined);
    if (reason !== undefined || grader === undefined) {
      notes.push(`Not compared: ${result.benchmark}, ${result.model}: ${reason}.`);
      return [];
    }
    return [{ result, before, grader, ...testResults(before, result, grader) }];
  });
  const kept = new Set(head.map(({ result }) => nameOf(result)));
  for (const { result } of base)
    if (!kept.has(nameOf(result))) notes.push(`Gone: ${result.benchmark}, ${result.model}.`);
  const adjusted = adjustByHolm(tested.map(({ test }) => test.pValue));
  const changes = tested.map(({ result, before, grader, difference, gained, lost, test }, i): ResultChange => {
    const holmPValue = adjusted[i] as number;
    const isFinding = holmPValue < significance && difference !== 0;
    return {
      benchmark: result.benchmark,
      model: result.model,
      grader,
      difference,
      before: score(before, grader),
      now: score(result, grader),
      gained,
      lost,
      test,
      holmPValue,
      verdict: !isFinding ? 'not told apart' : difference < 0 ? 'worse' : 'better',
    };
  });
  return { changes, notes };
}

/** The result of the same file, else the only one of this benchmark and model. */
function findBefore(
  result: ResultFile,
  { file, base }: { readonly file: string; readonly base: readonly NamedResult[] },
): ResultFile | undefined {
  const same = base.find((one) => one.file === file);
  if (same !== undefined) return same.result;
  const alike = base.filter((one) => nameOf(one.result) === nameOf(result));
  return alike.length === 1 ? alike[0]?.result : undefined;
}

function nameOf({ benchmark, model }: ResultFile): string {
  return `${benchmark} ${model}`;
}

function findGrader(before: ResultFile, now: ResultFile): string | undefined {
  const names = [now.grader, before.grader, ...Object.keys(now.outcomes)];
  return names.find((name) => name !== sourceLabelGrader && name in now.outcomes && name in before.outcomes);
}

function whyNot(before: ResultFile, now: ResultFile): string | undefined {
  if (before.rowsSha256 !== now.rowsSha256 || before.idsSha256 !== now.idsSha256) return 'the problems are others';
  if (before.goldFixes.join() !== now.goldFixes.join()) return 'the references are others';
  if (before.protocol?.sha256 !== now.protocol?.sha256) return 'the protocols differ';
  return undefined;
}

function score({ outcomes, problems, epochs }: ResultFile, grader: string): number {
  const correct = (outcomes[grader] ?? []).join('').replaceAll(/[^c]/g, '').length;
  return correct / (problems * epochs);
}
