import type { JournalRecord } from '@scalequest/runs';
import { type Outcome, outcomes, type Score } from './outcome.ts';
import { createTextStore } from './text-store.ts';

/** Tokens of a run, where the servers counted them. */
export interface TokenCounts {
  readonly prompt: number;
  readonly completion: number;
}

/**
 * The outcomes of a run in one byte a sample, with running counts: what progress and summaries are made from. Samples
 * are numbered as in the run's sample table.
 */
export interface Tally {
  readonly setScore: (
    sample: number,
    score: Pick<Score, 'outcome' | 'verdict' | 'check' | 'secondOpinion' | 'answer'>,
  ) => void;
  /** Forgets a sample, which will be asked again. */
  readonly clear: (sample: number) => void;
  readonly getOutcome: (sample: number) => Outcome | undefined;
  /** The answer of a sample that votes: one that is finished and has an answer. Kept for {@link TallyOptions.keepsAnswers}. */
  readonly getAnswer: (sample: number) => string | undefined;
  /** Keeps the figure that a reward model gave the reply, for {@link TallyOptions.keepsAnswers}. */
  readonly setReplyScore: (sample: number, score: number) => void;
  readonly getReplyScore: (sample: number) => number | undefined;
  readonly count: (outcome: Outcome) => number;
  /** Samples that have an outcome. */
  readonly countAll: () => number;
  /** Truncated replies that hold an answer equal to the reference, or a program that passes. They do not count as correct. */
  readonly countTruncatedEqual: () => number;
  /** Verdicts that rest on computer algebra, and those that it was killed on. */
  readonly countSecondOpinions: () => { readonly equal: number; readonly killed: number };
  readonly addUsage: (record: Pick<JournalRecord, 'usage'>) => void;
  /** Undefined until a server has counted. */
  readonly getTokens: () => TokenCounts | undefined;
}

export interface TallyOptions {
  /** Keep every answer and reply score for votes, which takes memory: only worth it where problems have several samples. */
  readonly keepsAnswers?: boolean;
}

/** What a sample says by its answer; one that was cut or failed says nothing. */
const voting: ReadonlySet<Outcome> = new Set<Outcome>(['correct', 'wrong', 'undecided']);

const truncatedEqualCode = outcomes.length + 1;
const truncated: Outcome = 'truncated';

export function createTally(size: number, { keepsAnswers = false }: TallyOptions = {}): Tally {
  // 0 is no outcome, i is outcomes[i - 1], and one more for a truncated reply whose answer is right.
  const codes = new Uint8Array(size);
  const counts = new Array<number>(outcomes.length + 2).fill(0);
  const opinions = new Map<number, 'same' | 'killed'>();
  const answers = createTextStore(keepsAnswers ? size : 0);
  /** NaN is no score. Made with the first. */
  let replyScores = new Float64Array(0);
  counts[0] = size;
  let prompt = 0;
  let completion = 0;
  let hasUsage = false;

  const setCode = (sample: number, code: number): void => {
    const before = codes[sample] as number;
    counts[before] = (counts[before] as number) - 1;
    counts[code] = (counts[code] as number) + 1;
    codes[sample] = code;
  };
  const countCode = (code: number): number => counts[code] as number;

  return {
    setScore: (sample, { outcome, verdict, check, secondOpinion, answer }) => {
      if (keepsAnswers && answer !== undefined && voting.has(outcome)) answers.set(sample, answer);
      else answers.delete(sample);
      if (secondOpinion === 'same' || secondOpinion === 'killed') opinions.set(sample, secondOpinion);
      else opinions.delete(sample);
      const isTruncatedEqual = outcome === truncated && (verdict === 'equal' || check?.outcome === 'passed');
      setCode(sample, isTruncatedEqual ? truncatedEqualCode : outcomes.indexOf(outcome) + 1);
    },
    clear: (sample) => {
      answers.delete(sample);
      if (replyScores.length > 0) replyScores[sample] = Number.NaN;
      opinions.delete(sample);
      setCode(sample, 0);
    },
    getOutcome: (sample) => {
      const code = codes[sample] as number;
      return code === truncatedEqualCode ? truncated : outcomes[code - 1];
    },
    getAnswer: (sample) => answers.get(sample),
    setReplyScore: (sample, score) => {
      if (!keepsAnswers) return;
      if (replyScores.length === 0) replyScores = new Float64Array(size).fill(Number.NaN);
      replyScores[sample] = score;
    },
    getReplyScore: (sample) => {
      const score = replyScores[sample];
      return score === undefined || Number.isNaN(score) ? undefined : score;
    },
    count: (outcome) =>
      countCode(outcomes.indexOf(outcome) + 1) + (outcome === truncated ? countCode(truncatedEqualCode) : 0),
    countAll: () => size - countCode(0),
    countTruncatedEqual: () => countCode(truncatedEqualCode),
    countSecondOpinions: () => {
      const killed = [...opinions.values()].filter((opinion) => opinion === 'killed').length;
      return { equal: opinions.size - killed, killed };
    },
    addUsage: ({ usage }) => {
      if (usage === undefined) return;
      hasUsage = true;
      prompt += usage.promptTokens;
      completion += usage.completionTokens;
    },
    getTokens: () => (hasUsage ? { prompt, completion } : undefined),
  };
}
