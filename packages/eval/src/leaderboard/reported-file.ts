import { z } from 'zod';

/** The content of `leaderboard/reported/*.json`: what one source published, in per cent. */
export interface ReportedFile {
  readonly format: 1;
  /** Such as `arXiv 2410.18693v2, table 1`. */
  readonly source: string;
  /** Digits behind the point, as published. */
  readonly digits: number;
  /** What holds of every row. @defaultValue none */
  readonly notes?: readonly string[];
  readonly rows: readonly {
    readonly model: string;
    /** Per cent by benchmark. */
    readonly scores: Readonly<Record<string, number>>;
    /** What holds of this row. @defaultValue none */
    readonly notes?: readonly string[];
  }[];
}

const shape = z.strictObject({
  format: z.literal(1),
  source: z.string().min(1),
  digits: z.number().int().min(0).max(4),
  notes: z.array(z.string()).optional(),
  rows: z.array(
    z.strictObject({
      model: z.string().min(1),
      scores: z.record(z.string(), z.number().min(0).max(100)),
      notes: z.array(z.string()).optional(),
    }),
  ),
});

export const reportedSchema: z.ZodType<ReportedFile> = shape.superRefine(({ digits, rows }, context) => {
  for (const [i, { scores }] of rows.entries())
    for (const [benchmark, percent] of Object.entries(scores))
      if (Number(percent.toFixed(digits)) !== percent)
        context.addIssue({
          code: 'custom',
          path: ['rows', i, 'scores', benchmark],
          message: `${percent} has more digits behind the point than the file's digits, which is ${digits}`,
        });
}) as unknown as z.ZodType<ReportedFile>;
