import { explain, type Preset, type VerifyResult } from '@scalequest/verifier';
import {
  createVerifierPool,
  type PoolItem,
  type PoolResult,
  type SignalOption,
  type VerifierPoolStatistics,
} from '@scalequest/verifier/pool';
import type { OutputLine } from '../lines/line-writer.ts';

/** What an output line says of a question, all but its id. */
export type Judgement = OutputLine & Pick<VerifyResult, 'verdict'>;

/** Decides about questions in threads of its own. */
export interface Judge {
  readonly judge: (item: PoolItem, options: SignalOption) => Promise<Judgement>;
  readonly getSecondOpinions: () => VerifierPoolStatistics['secondOpinions'];
  readonly close: () => Promise<void>;
}

export interface JudgeOptions {
  /** Adds to each line what was extracted, how both answers were read, and what the verdict rests on. */
  readonly isExplained: boolean;
}

/** The fields of a line, in the order of a table's columns. */
export const lineColumns: readonly string[] = ['id', 'verdict', 'rule', 'answer', 'reason', 'secondOpinion', 'ms'];

/** The fields that an explained line has more. */
export const explainedColumns: readonly string[] = [
  'extractedBy',
  'start',
  'end',
  'readReference',
  'readCandidate',
  'proof',
  'policies',
  'explanation',
];

/** The verifier of this project. */
export function createVerifierJudge({
  cas,
  preset,
  isExplained,
}: JudgeOptions & { readonly cas: boolean; readonly preset: Preset }): Judge {
  const pool = createVerifierPool({ cas, preset });
  return {
    judge: async (item, options) => {
      const result = await pool.verify(item, options);
      return { ...describeResult(result), ...(isExplained ? explainResult(result) : {}) };
    },
    getSecondOpinions: () => pool.getStatistics().secondOpinions,
    close: pool.close,
  };
}

function describeResult(result: PoolResult<PoolItem>): Judgement {
  const { verdict, rule, reason } = result;
  const extraction = 'extraction' in result ? result.extraction : undefined;
  return {
    verdict,
    rule,
    ...(extraction?.status === 'found' ? { answer: extraction.answer } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(result.secondOpinion === undefined ? {} : { secondOpinion: result.secondOpinion }),
    ms: result.ms,
  };
}

function explainResult(result: PoolResult<PoolItem>): OutputLine {
  const { normalized, proof, policies } = result;
  return {
    ...('extraction' in result ? describeExtraction(result.extraction) : {}),
    readReference: normalized.reference,
    readCandidate: normalized.candidate,
    proof,
    policies,
    explanation: explain(result),
  };
}

function describeExtraction(
  extraction: Extract<PoolResult<PoolItem>, { extraction: unknown }>['extraction'],
): OutputLine {
  if (extraction.status !== 'found') return { extractedBy: extraction.status };
  return { extractedBy: extraction.rule, start: extraction.start, end: extraction.end };
}
