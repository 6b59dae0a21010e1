import type { Problem } from '@scalequest/datasets';
import { z } from 'zod';
import { EvaluationError } from '../errors.ts';
import { fillSlots } from './fill-slots.ts';

/** What is said around a problem. */
export interface Instruction {
  /** May hold slots: `{unit}` is filled by the first case of the slot `unit` that fits the problem. */
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly slots?: Readonly<Record<string, readonly Case[]>> | undefined;
  /** Put the sentence of the template around it as well. @defaultValue false */
  readonly fromTemplate?: boolean | undefined;
  /** Cut the white space at both ends of the question, or of the problem in it. @defaultValue false */
  readonly trims?: boolean | 'problem' | undefined;
}

/** A text, and the problems that it is for: those for which all conditions hold; without conditions, all. */
export interface Case {
  /** Values of the problem's `meta`. */
  readonly meta?: Readonly<Record<string, string | number | boolean | null>> | undefined;
  /** Lower-case answers, of which the reference must be one; its `$`, its case and a full stop at its end do not count. */
  readonly reference?: readonly string[] | undefined;
  readonly text: string;
}

const scalar: z.ZodType<string | number | boolean | null> = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const instructionSchema: z.ZodType<Instruction> = z.strictObject({
  before: z.string().optional(),
  after: z.string().optional(),
  slots: z
    .record(
      z.string().regex(/^\w+$/),
      z.array(
        z.strictObject({
          meta: z.record(z.string(), scalar).optional(),
          reference: z.array(z.string()).optional(),
          text: z.string(),
        }),
      ),
    )
    .optional(),
  fromTemplate: z.boolean().optional(),
  trims: z.union([z.boolean(), z.literal('problem')]).optional(),
});

/**
 * The problem with what is said around it.
 *
 * @throws EvaluationError `NO_CASE` where a slot has no case for the problem
 */
export function addInstruction(instruction: Instruction | undefined, problem: Problem): string {
  if (instruction === undefined) return problem.problem;
  const { before = '', after = '', slots = {} } = instruction;
  const values: Record<string, string> = {};
  for (const [slot, cases] of Object.entries(slots)) {
    const found = cases.find((candidate) => isFor(candidate, problem));
    if (found === undefined) throw noCaseError(slot, problem);
    values[slot] = found.text;
  }
  const asked = instruction.trims === 'problem' ? problem.problem.trim() : problem.problem;
  const question = fillSlots(before, values) + asked + fillSlots(after, values);
  return instruction.trims === true ? question.trim() : question;
}

function isFor({ meta = {}, reference }: Case, problem: Problem): boolean {
  const hasMeta = Object.entries(meta).every(([field, value]) => (problem.meta[field] ?? null) === value);
  if (!hasMeta || reference === undefined) return hasMeta;
  const plain = problem.reference.replaceAll('$', '').trim().replace(/\.$/, '').toLowerCase();
  return reference.includes(plain);
}

function noCaseError(slot: string, { id, meta }: Problem): EvaluationError {
  return new EvaluationError({
    code: 'NO_CASE',
    kind: 'request',
    what: `The instruction of the protocol says nothing for problem '${id}'.`,
    why: `No case of its slot '${slot}' fits the problem, whose fields are: ${Object.keys(meta).join(', ') || 'none'}.`,
    next: 'Use the protocol with the benchmark that it was written for, or add a case without conditions.',
    fields: { slot, id },
  });
}
