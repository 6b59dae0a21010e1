import type { Json } from '../engine/row.ts';
import type { Decision, FreeStage } from '../engine/stage.ts';
import { takeTurns } from '../engine/take-turns.ts';
import { SynthError } from '../errors.ts';
import { classifyAnswers } from '../replies/classify-answers.ts';
import type { AnswerCheck } from './check-answers.ts';
import type { SampledResponse } from './respond.ts';
import type { CodeRun } from './run-code.ts';
import { requireShare } from './sampling.ts';

/** `reward`: the highest reward. `majority`: the largest class of answers. `both`: the highest reward in the largest class. */
export type SelectBy = 'reward' | 'majority' | 'both';

export interface SelectResponsesOptions {
  /** @defaultValue 'reward' */
  readonly by?: SelectBy;
  /**
   * What is known of responses beside rewards: the verifier's `checks`; the `runs` of their programs, which must have passed;
   * or nothing but themselves. Without checks no majority can be had.
   *
   * @defaultValue 'checks'
   */
  readonly from?: 'checks' | 'runs' | 'responses';
  /** Only responses with a final answer may be chosen. @defaultValue true */
  readonly requireAnswer?: boolean;
  /** Only responses that were not cut may be chosen. @defaultValue true */
  readonly requireComplete?: boolean;
  /** The most wrong equations of a response that may be chosen. @defaultValue 0 */
  readonly maxWrongEquations?: number | 'any';
  /** The least share of all responses that must be in the largest class; only by majority. @defaultValue 0 */
  readonly minShare?: number;
}

/** The response that was chosen. */
export interface Selected {
  readonly response: string;
  readonly answer: string | null;
  readonly selected: { readonly by: SelectBy; readonly position: number; readonly share?: number };
}

/** What is known of a row's responses. */
export interface Responses {
  readonly responses: readonly SampledResponse[];
  readonly checks?: readonly AnswerCheck[];
  readonly runs?: readonly CodeRun[];
  readonly rewards?: readonly (number | null)[];
}

/**
 * Chooses one response of each row. Gives `response`, `answer` and `selected`; drops 'no-answer', 'incomplete', 'wrong-equation' and
 * 'failed-tests', each where no response is left that could be chosen, 'no-reward' and 'no-majority'. Of equal ones the first is
 * chosen.
 *
 * @throws SynthError `INVALID_OPTION`
 */
export function selectResponses(options: SelectResponsesOptions = {}): FreeStage<Responses, Selected> {
  const settings = resolveOptions(options);
  const { by, from } = settings;
  const needs = ['responses', ...(from === 'responses' ? [] : [from]), ...(by === 'majority' ? [] : ['rewards'])];
  return {
    order: 'free',
    ...{ name: 'select', version: 2, settings: { ...settings }, needs, gives: ['response', 'answer', 'selected'] },
    open: async () => ({
      judge: ({ rows }) => takeTurns(rows, ({ fields }) => select(fields, settings)),
    }),
  };
}

type Settings = Required<SelectResponsesOptions>;

function resolveOptions(options: SelectResponsesOptions): Settings {
  const { by = 'reward', from = 'checks', requireAnswer = true, requireComplete = true } = options;
  const { maxWrongEquations = 0, minShare = 0 } = options;
  requireShare('minShare', minShare);
  if (from !== 'checks' && by !== 'reward') {
    throw new SynthError({
      code: 'INVALID_OPTION',
      kind: 'request',
      what: `Responses cannot be selected by '${by}' from '${from}'.`,
      why: 'Which of them mean the same is known of checked answers only.',
      next: "Select them by 'reward', or from 'checks'.",
      fields: { by, from },
    });
  }
  return { by, from, requireAnswer, requireComplete, maxWrongEquations, minShare };
}

/**
 * What {@link selectResponses} says of one row, for whoever asks what another choice would have been.
 *
 * @throws SynthError `INVALID_OPTION`
 */
export function chooseResponse(fields: Responses, options: SelectResponsesOptions = {}): Decision<Selected> {
  return select(fields, resolveOptions(options));
}

/** Judges without awaiting: the rules that leave out responses come first, each with the reason for a row that none is left of. */
function select(fields: Responses, settings: Settings): Decision<Selected> {
  const { responses, checks = [], runs = [], rewards = [] } = fields;
  const { by, from, minShare } = settings;
  let left: readonly number[] = responses.map((_, position) => position);
  const rules: readonly (readonly [string, (position: number) => boolean])[] = [
    ...(from === 'runs' ? [['failed-tests', (one: number) => runs[one]?.outcome === 'passed'] as const] : []),
    ...(from === 'checks' ? listCheckRules(checks, settings) : []),
    ...(by === 'majority' ? [] : [['no-reward', (one: number) => typeof rewards[one] === 'number'] as const]),
  ];
  for (const [drop, passes] of rules) {
    left = left.filter(passes);
    if (left.length === 0) return { drop };
  }
  let share: number | undefined;
  if (by !== 'reward') {
    const [largest = [], next = []] = classifyAnswers(left.map((position) => checks[position]?.answer ?? null));
    share = largest.length / responses.length;
    const because: Readonly<Record<string, Json>> = { largest: largest.length, next: next.length };
    if (largest.length === 0 || share < minShare) return { drop: 'no-majority', because };
    left = largest.map((place) => left[place] ?? 0);
  }
  const position = by === 'majority' ? (left[0] ?? 0) : findHighest(left, rewards);
  return {
    keep: {
      response: responses[position]?.text ?? '',
      // An empty text is a phrase without an answer.
      answer: checks[position]?.answer || null,
      selected: { by, position, ...(share === undefined ? {} : { share }) },
    },
  };
}

function listCheckRules(
  checks: readonly AnswerCheck[],
  { requireAnswer, requireComplete, maxWrongEquations }: Settings,
): readonly (readonly [string, (position: number) => boolean])[] {
  return [
    ...(requireAnswer ? [['no-answer', (one: number) => typeof checks[one]?.answer === 'string'] as const] : []),
    ...(requireComplete ? [['incomplete', (one: number) => checks[one]?.isComplete === true] as const] : []),
    ...(maxWrongEquations === 'any'
      ? []
      : [['wrong-equation', (one: number) => (checks[one]?.equations.wrong ?? 0) <= maxWrongEquations] as const]),
  ];
}

function findHighest(positions: readonly number[], rewards: readonly (number | null)[]): number {
  const score = (position: number): number => rewards[position] ?? Number.NEGATIVE_INFINITY;
  return positions.reduce((best, position) => (score(position) > score(best) ? position : best), positions[0] ?? 0);
}
