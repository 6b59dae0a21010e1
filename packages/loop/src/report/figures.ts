import { z } from 'zod';
import type { StepEntry } from '../engine/step-log.ts';
import { LoopError } from '../errors.ts';

const count: z.ZodNumber = z.int().nonnegative();

/** What an evaluation measured. */
export interface EvaluationFigures {
  readonly accuracy: number;
  readonly problems: number;
  /** One for each held-out problem, in the benchmark's order: `c` is correct. */
  readonly letters: string;
  /** By the number of steps that a problem takes. */
  readonly bySteps: Readonly<Record<string, { readonly problems: number; readonly correct: number }>>;
}

const evaluationSchema: z.ZodType<EvaluationFigures> = z
  .object({
    accuracy: z.number().min(0).max(1),
    problems: count.min(1),
    letters: z.string().regex(/^[cwntue]+$/, 'has a letter that means no outcome'),
    bySteps: z.record(z.string(), z.object({ problems: count, correct: count })),
  })
  .refine(({ letters, problems }) => letters.length === problems, 'there is not one letter for each problem')
  .refine(({ letters, accuracy }) => accuracy === countCorrect(letters) / letters.length, {
    message: 'the accuracy is not that of the letters',
  });

/** What the rows of an arm hold. */
export interface TaughtFigures {
  readonly rows: number;
  /** Left out, since they are a held-out problem. */
  readonly heldOut?: number | undefined;
  readonly valid?: number | undefined;
  readonly right?: number | undefined;
  readonly bySteps?: Readonly<Record<string, number>> | undefined;
}

const taughtSchema: z.ZodType<TaughtFigures> = z.object({
  rows: count,
  heldOut: count.optional(),
  valid: count.optional(),
  right: count.optional(),
  bySteps: z.record(z.string(), count).optional(),
});

/** What the oracle says of questions as they were asked. */
export interface QuestionFigures {
  readonly questions: number;
  readonly valid: number;
  readonly distinct: number;
  readonly byHeart: number;
  /** Valid questions by the number of steps that their answer takes. */
  readonly bySteps: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
}

const questionSchema: z.ZodType<QuestionFigures> = z.object({
  questions: count,
  valid: count,
  distinct: count,
  byHeart: count,
  bySteps: z.record(z.string(), count),
  faults: z.record(z.string(), count),
});

/** What the oracle says of the rows that a stage kept. */
export interface FunnelStage {
  readonly stage: string;
  readonly rows: number;
  readonly valid: number;
  readonly answers: number;
  readonly right: number;
}

const funnelSchema: z.ZodType<{ readonly stages: readonly FunnelStage[] }> = z.object({
  stages: z.array(z.object({ stage: z.string(), rows: count, valid: count, answers: count, right: count })),
});

export function countCorrect(letters: string): number {
  let correct = 0;
  for (const letter of letters) if (letter === 'c') correct += 1;
  return correct;
}

type Entry = Pick<StepEntry, 'step' | 'figures'>;

/** @throws LoopError `SUMMARY_DAMAGED`, as all of these do */
export const readEvaluation = (entry: Entry): EvaluationFigures => read(entry, evaluationSchema);
export const readTaught = (entry: Entry): TaughtFigures => read(entry, taughtSchema);
export const readQuestions = (entry: Entry): QuestionFigures => read(entry, questionSchema);
export const readFunnel = (entry: Entry): readonly FunnelStage[] => read(entry, funnelSchema).stages;

function read<Figures>({ step, figures }: Entry, schema: z.ZodType<Figures>): Figures {
  const parsed = schema.safeParse(figures);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new LoopError({
    code: 'SUMMARY_DAMAGED',
    what: `The figures of step '${step}' are not those that a report needs.`,
    why: `${['figures', ...(issue?.path ?? [])].join('.')}: ${issue?.message}.`,
    next: 'Run the loop of this version, or make the report with the version that ran the loop.',
    fields: { step },
  });
}
