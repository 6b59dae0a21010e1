import type { Problem } from '@scalequest/datasets';
import type { JournalRecord } from '@scalequest/runs';
import type { VerifyOptions, VerifyReplyInput, VerifyReplyResult } from '@scalequest/verifier';
import type { ProfileResult, VerifierPool } from '@scalequest/verifier/pool';
import { labelProfile, type Profile } from '@scalequest/verifier/profiles';
import type { Task } from '../benchmarks/task.ts';
import { decideOutcome, type Outcome, type Score } from '../outcomes/outcome.ts';

/** The grader that is our own: `@scalequest/verifier` with its default policies, or the benchmark's. */
export const oursGrader = 'ours@3';

/** Judges replies, and names its verdicts: every grader has its own file of scores in a run folder. */
export interface Grader {
  /** Name and version, such as `ours@3` or `dart@1`. */
  readonly label: string;
  /** Judges a record that holds a reply. */
  readonly grade: (input: GradeInput) => Promise<Score>;
  /** Of a grader that runs programs: the one that it finds in a reply. */
  readonly findProgram?: (input: { readonly reply: string; readonly problem: Problem }) => string | undefined;
}

export interface GradeInput {
  readonly record: JournalRecord;
  readonly problem: Problem;
  readonly task: Pick<Task, 'verify'>;
}

/** A verdict, and how long its comparison took in its worker. */
type TimedResult = VerifyReplyResult & Pick<Score, 'secondOpinion'> & { readonly ms: number };

/** The part of a verifier pool that scoring needs. */
export interface ReplyVerifier {
  readonly verify: (input: VerifyReplyInput & { readonly options?: VerifyOptions }) => Promise<TimedResult>;
}

/** The verifier as a grader. */
export function createOursGrader(verifier: ReplyVerifier): Grader {
  return {
    label: oursGrader,
    grade: async (input) => {
      const { id, epoch, finishReason } = input.record;
      const result = await verifyAgainstAny(input, verifier);
      const { extraction } = result;
      return {
        id,
        epoch,
        outcome: decideOutcome({ result, finishReason }),
        verdict: result.verdict,
        rule: result.rule,
        reason: result.reason,
        policies: result.policies.length === 0 ? undefined : result.policies,
        ...(result.secondOpinion === undefined ? {} : { secondOpinion: result.secondOpinion }),
        ms: result.ms,
        ...(extraction.status === 'found'
          ? {
              answer: extraction.answer,
              extraction: { rule: extraction.rule, start: extraction.start, end: extraction.end },
            }
          : {}),
      };
    },
  };
}

/** Where a source accepts any of several answers, equal to one is equal, and different needs all to be different. */
async function verifyAgainstAny({ record, problem, task }: GradeInput, verifier: ReplyVerifier): Promise<TimedResult> {
  const options = task.verify?.(problem);
  const verify = (reference: string): Promise<TimedResult> =>
    verifier.verify({
      reference,
      reply: record.reply,
      problem: problem.problem,
      ...(options === undefined ? {} : { options }),
    });
  let best = await verify(problem.reference);
  for (const reference of problem.otherReferences ?? []) {
    if (best.verdict === 'equal') break;
    const next = await verify(reference);
    if (next.verdict === 'equal' || (next.verdict === 'undecided' && best.verdict === 'different')) best = next;
  }
  return best;
}

/** A profile of the verifier as a grader. What was cut at its token limit is `truncated` here too, whatever it holds. */
export function createProfileGrader(
  profile: Pick<Profile, 'name' | 'version'>,
  verifier: Pick<VerifierPool, 'verify'>,
): Grader {
  return {
    label: labelProfile(profile),
    grade: async ({ record, problem, task }) => {
      const tolerance = describeTolerance(task.verify?.(problem));
      const result = await verifier.verify({
        profile: profile.name,
        reference: problem.reference,
        reply: record.reply,
        problem: problem.problem,
        ...(problem.otherReferences === undefined ? {} : { otherReferences: problem.otherReferences }),
        ...(tolerance === undefined ? {} : { tolerance }),
      });
      const { verdict, reason, answer, extractionRule, ms } = result;
      return {
        id: record.id,
        epoch: record.epoch,
        outcome: decideProfileOutcome(result, record.finishReason),
        verdict,
        reason,
        ms,
        ...(answer === undefined ? {} : { answer }),
        ...(extractionRule === undefined ? {} : { extraction: { rule: extractionRule } }),
      };
    },
  };
}

/** The absolute bound as the benchmark's record writes it: `1e-1`, or one for each answer, `1e34,0.001`. */
function describeTolerance(options: VerifyOptions | undefined): string | undefined {
  const absolute = options?.tolerance?.absolute;
  return absolute === undefined ? undefined : String(absolute);
}

function decideProfileOutcome({ verdict, answer }: ProfileResult, finishReason: string): Outcome {
  if (finishReason === 'length') return 'truncated';
  if (verdict === 'undecided') return 'undecided';
  if (verdict === 'equal') return 'correct';
  return answer === undefined ? 'no-answer' : 'wrong';
}
