import { EvaluationError } from '../errors.ts';
import { isSourceLabel } from '../pipeline/source-label.ts';
import type { ReadRun } from './read-run.ts';

/** A difference between two runs that makes a comparison of their scores unfair. */
export type Unfairness = 'other-problems' | 'other-references' | 'other-protocols' | 'other-graders' | 'unfinished';

export const unfairnesses: readonly Unfairness[] = [
  'other-problems',
  'other-references',
  'other-protocols',
  'other-graders',
  'unfinished',
];

export interface TwoRuns {
  readonly a: ReadRun;
  readonly b: ReadRun;
}

interface Finding {
  readonly unfairness: Unfairness;
  readonly text: string;
  readonly remedy: string;
}

/**
 * Refuses to compare what differs in more than the model: the gap would be read as the model's.
 *
 * @param allowed - differences that the user knows of and wants to compare across all the same
 * @returns a sentence for each difference that was allowed, for the output
 * @throws EvaluationError `RUNS_NOT_COMPARABLE`
 */
export function checkFairness(runs: TwoRuns, allowed: readonly Unfairness[]): readonly string[] {
  const findings = listFindings(runs);
  const refused = findings.filter(({ unfairness }) => !allowed.includes(unfairness));
  if (refused.length > 0) throw unfairError(runs, refused);
  return findings.map(({ unfairness, text }) => `Allowed by --allow-${unfairness}: ${text}`);
}

function listFindings({ a, b }: TwoRuns): Finding[] {
  const findings: Finding[] = [];
  if (a.head.rowsSha256 !== b.head.rowsSha256) {
    findings.push({
      unfairness: 'other-problems',
      text: `the problems differ: A is of ${a.head.benchmark} (${a.head.rowsSha256.slice(0, 12)}), B of ${b.head.benchmark} (${b.head.rowsSha256.slice(0, 12)}).`,
      remedy: 'Give two runs of one benchmark',
    });
  }
  if (!haveSameItems(a.head.goldFixes, b.head.goldFixes)) {
    findings.push({
      unfairness: 'other-references',
      text: `the references differ: ${a.head.goldFixes.length} gold fixes in A, ${b.head.goldFixes.length} in B.`,
      remedy: 'Judge both runs with or without --gold-fixes',
    });
  }
  const [hashA, hashB] = [a.head.protocolSha256, b.head.protocolSha256];
  // One that is not known may be the same: that is a note, not a reason to refuse.
  if (hashA !== null && hashB !== null && hashA !== hashB) {
    findings.push({
      unfairness: 'other-protocols',
      text: `the protocols differ: A has ${a.head.protocol} (${hashA.slice(0, 8)}), B ${b.head.protocol} (${hashB.slice(0, 8)}).`,
      remedy: 'Run both by one protocol',
    });
  }
  if (a.grader !== b.grader) {
    findings.push({
      unfairness: 'other-graders',
      text: `the graders differ: A is judged by ${a.grader}, B by ${b.grader}.`,
      remedy: 'Name a grader that both have with --grader',
    });
  }
  for (const [name, run] of [
    ['A', a],
    ['B', b],
  ] as const) {
    if (!run.head.isComplete) {
      findings.push({
        unfairness: 'unfinished',
        text: `run ${name} is not finished, and what finishes first is not a fair choice of the problems.`,
        remedy: 'Run its command again to finish it',
      });
    } else if (run.judged < run.head.samples) {
      findings.push({
        unfairness: 'unfinished',
        text: `run ${name} is judged in part by ${run.grader}: ${run.judged} of its ${run.head.samples} samples.`,
        remedy: describeJudging(run),
      });
    }
  }
  return findings;
}

/** Labels come from the source, and nobody can make those that are missing. */
function describeJudging({ folder, grader }: ReadRun): string {
  if (isSourceLabel(grader)) return 'Compare by a grader that judged every sample: --grader ours';
  return `Have it judge them all: \`scalequest score ${folder} --graders ${grader.replace(/@\d+$/, '')}\``;
}

function haveSameItems(a: readonly string[], b: readonly string[]): boolean {
  const items = new Set(a);
  return a.length === b.length && b.every((item) => items.has(item));
}

function unfairError({ a, b }: TwoRuns, refused: readonly Finding[]): EvaluationError {
  const kinds = [...new Set(refused.map(({ unfairness }) => unfairness))];
  const remedies = [...new Set(refused.map(({ remedy }) => remedy))];
  return new EvaluationError({
    code: 'RUNS_NOT_COMPARABLE',
    kind: 'request',
    what: `A comparison of '${a.folder}' (A) and '${b.folder}' (B) would not be fair.`,
    why: refused.map(({ text }) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`).join(' '),
    next: `${remedies.join('; ')}. To compare all the same: ${kinds.map((kind) => `--allow-${kind}`).join(' ')}.`,
    fields: { a: a.folder, b: b.folder, differences: kinds },
  });
}
