import { digest } from '@scalequest/core';
import { z } from 'zod';

/** An example that is shown before the question. */
export interface Shot {
  readonly problem: string;
  /** The whole reply that is shown for it. */
  readonly solution: string;
  /** Where the answer is a program: what it must pass, one assert each. @defaultValue none */
  readonly tests?: readonly string[] | undefined;
}

/** The examples of a protocol: where they come from, which are shown for a problem, and how. */
export interface Shots {
  /** 0 shows none. */
  readonly count: number;
  /** The texts: a train split of `@scalequest/datasets`, or a file of the user's. Never texts of ours. */
  readonly source: { readonly kind: 'benchmark'; readonly name: string } | { readonly kind: 'file' };
  /**
   * `first`: the first ones, for every problem, behind `skip` (0 where it is left out). `python-sample`: drawn for each problem by its position in the
   * benchmark, as Python's `random.Random(seed).sample(texts, count)` gives when it is called once for each problem.
   */
  readonly choice:
    | { readonly kind: 'first'; readonly skip?: number | undefined }
    | { readonly kind: 'python-sample'; readonly seed: number };
  /** `text`: in front of the question. `turns`: as earlier turns of the conversation, asked like the question. */
  readonly layout:
    | { readonly kind: 'text'; readonly template: string; readonly separator: string }
    | { readonly kind: 'turns' };
  /** SHA-256 of the texts that are drawn from. Filled in when they are loaded. */
  readonly sha256?: string | undefined;
}

export const shotsSchema: z.ZodType<Shots> = z.strictObject({
  count: z.number().int().min(0).max(1000),
  source: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('benchmark'), name: z.string().min(1) }),
    z.strictObject({ kind: z.literal('file') }),
  ]),
  choice: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('first'), skip: z.number().int().min(1).optional() }),
    z.strictObject({ kind: z.literal('python-sample'), seed: z.number().int().min(0) }),
  ]),
  layout: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('text'),
      template: z.string().refine((text) => text.includes('{problem}') && text.includes('{solution}'), {
        message: 'does not hold {problem} and {solution}',
      }),
      separator: z.string(),
    }),
    z.strictObject({ kind: z.literal('turns') }),
  ]),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

/** Texts to draw shots from, and what identifies them. */
export interface ShotTexts {
  readonly kind: 'benchmark' | 'file';
  readonly shots: readonly Shot[];
  readonly sha256: string;
}

export function identifyShots(kind: ShotTexts['kind'], shots: readonly Shot[]): ShotTexts {
  return {
    kind,
    shots,
    sha256: digest(
      shots.map(({ problem, solution, tests }) => [problem, solution, ...(tests === undefined ? [] : [tests])]),
    ),
  };
}
