import type { PairedTest } from '../compare-runs.ts';
import { isSourceLabel } from '../pipeline/source-label.ts';
import { adjustByHolm } from '../statistics/holm.ts';
import type { NamedResult } from './build-board.ts';
import { type ChangeVerdict, judgeChange } from './judge-change.ts';
import { testResults } from './rank-results.ts';
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
  readonly verdict: ChangeVerdict;
}

export interface GateReport {
  /** Those that the base has too, by name of the file. */
  readonly changes: readonly ResultChange[];
  /** Results that are new, gone, or not to be compared, as sentences. */
  readonly notes: readonly string[];
}

export interface CompareResultsInput {
  /** Also results that have findings: their letters count, whatever a later version says of the rest. */
  readonly base: readonly NamedResult[];
  /** Names of files on the base that are no results. @defaultValue none */
  readonly unread?: readonly string[];
  readonly head: readonly NamedResult[];
}

/**
 * Compares each result with that of the same benchmark and model on the base: by a paired test, Holm corrected, and not by a
 * threshold, which would be too strict for 30 problems and too lax for 5,000.
 */
export function compareResults({ base, unread = [], head }: CompareResultsInput): GateReport {
  const notes: string[] = [];
  const paired = new Set<NamedResult>();
  const tested = head.flatMap(({ file, result }) => {
    const found = findBefore(result, { file, base });
    if (found === undefined) {
      const name = `${result.benchmark}, ${result.model}`;
      notes.push(unread.includes(file) ? `Not compared: ${name}: the file on the base is no result.` : `New: ${name}.`);
      return [];
    }
    paired.add(found);
    const before = found.result;
    const grader = findGrader(before, result);
    const reason = whyNot(before, result) ?? (grader === undefined ? 'no grader judged both' : undefined);
    if (reason !== undefined || grader === undefined) {
      notes.push(`Not compared: ${result.benchmark}, ${result.model}: ${reason}.`);
      return [];
    }
    return [{ result, before, grader, ...testResults(before, result, grader) }];
  });
  for (const one of base) {
    if (!paired.has(one)) notes.push(`Gone: ${one.result.benchmark}, ${one.result.model}.`);
  }
  const adjusted = adjustByHolm(tested.map(({ test }) => test.pValue));
  const changes = tested.map(({ result, before, grader, difference, gained, lost, test }, i): ResultChange => {
    const holmPValue = adjusted[i] as number;
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
      verdict: judgeChange({ difference, holmPValue }),
    };
  });
  return { changes, notes };
}

/** The result of the same file, else the only one of this benchmark and model. */
function findBefore(
  result: ResultFile,
  { file, base }: { readonly file: string; readonly base: readonly NamedResult[] },
): NamedResult | undefined {
  const same = base.find((one) => one.file === file);
  if (same !== undefined) return same;
  const alike = base.filter((one) => nameOf(one.result) === nameOf(result));
  return alike.length === 1 ? alike[0] : undefined;
}

function nameOf({ benchmark, model }: ResultFile): string {
  return `${benchmark} ${model}`;
}

/** That of the base first: with another headline a result is still worse by the grader that it had. */
function findGrader(before: ResultFile, now: ResultFile): string | undefined {
  const names = [before.grader, now.grader, ...Object.keys(now.outcomes)];
  return names.find(
    (name) => !isSourceLabel(name) && [now, before].every(({ outcomes }) => Object.hasOwn(outcomes, name)),
  );
}

function whyNot(before: ResultFile, now: ResultFile): string | undefined {
  if (before.rowsSha256 !== now.rowsSha256 || before.idsSha256 !== now.idsSha256) return 'the problems are others';
  if (before.goldFixes.join() !== now.goldFixes.join()) return 'the references are others';
  if (before.protocol?.sha256 !== now.protocol?.sha256) return 'the protocols differ';
  if (!isWhole(before)) return 'the letters on the base do not add up';
  return undefined;
}

/** The base may hold what its own check would refuse. */
function isWhole({ outcomes, problems, epochs }: ResultFile): boolean {
  return Object.values(outcomes).every(
    (letters) => letters.length === epochs && letters.every(({ length }) => length === problems),
  );
}

function score({ outcomes, problems, epochs }: ResultFile, grader: string): number {
  const correct = (outcomes[grader] ?? []).join('').replaceAll(/[^c]/g, '').length;
  return correct / (problems * epochs);
}
