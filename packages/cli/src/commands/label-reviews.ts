import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { excerpt, pathExists, readJsonLines } from '@scalequest/core';
import type { LabelReview } from '@scalequest/eval';
import { z } from 'zod';
import { CliError } from '../errors.ts';

/** Looks up what is known of the label of one sample. */
export type FindReview = (sample: {
  readonly benchmark: string;
  readonly model: string;
  readonly id: string;
  readonly epoch: number;
}) => LabelReview | undefined;

/** One pair of the data's `verifier-pairs`. */
const pairSchema = z.object({
  id: z.number(),
  benchmark: z.string(),
  qid: z.union([z.string(), z.number()]),
  source: z.string(),
  sample: z.number(),
  review: z.object({ verdict: z.enum(['true', 'false', 'approximate', 'ambiguous']), why: z.string() }).nullable(),
});

/** A reason of our own, by the pair or by the sample. */
const reasonSchema = z.union([
  z.object({ id: z.number(), why: z.string() }),
  z.object({ benchmark: z.string(), model: z.string(), id: z.string(), epoch: z.number(), why: z.string() }),
]);

/** Paths of the project's own reasons, which are part of its checkout and of no package, as seen from this module. */
export function listReasonFiles(module: string): readonly string[] {
  return ['verifier/cases/label-exceptions.jsonl', 'eval/cases/label-disagreements.jsonl'].map((file) =>
    fileURLToPath(new URL(`../../../${file}`, module)),
  );
}

/**
 * Reads what is known of labels: the reviews of a data folder, where there are some, and the project's own reasons,
 * which win.
 *
 * @throws CliError `NO_REPLY_FILES`, and `BAD_REVIEWS` where a line of --reviews is something else
 */
export async function readLabelReviews({
  replies,
  reviews,
}: {
  readonly replies: string;
  readonly reviews?: string | undefined;
}): Promise<FindReview> {
  const reasonsByPair = new Map<number, string>();
  const reasons = new Map<string, LabelReview>();
  for (const file of listReasonFiles(import.meta.url)) {
    if (!(await pathExists(file))) continue;
    for await (const { value } of readJsonLines(file)) {
      const reason = reasonSchema.parse(value);
      if (typeof reason.id === 'number') reasonsByPair.set(reason.id, reason.why);
      else if ('model' in reason) reasons.set(toKey(reason), { why: reason.why });
    }
  }
  const path = reviews ?? join(replies, '..', 'generations-derived', 'verifier-pairs.jsonl.gz');
  if (await pathExists(path)) {
    for await (const { value, line } of readJsonLines(path)) {
      const parsed = pairSchema.safeParse(value);
      if (!parsed.success) throw badReviewError({ path, line, value }, parsed.error);
      const { id, benchmark, qid, source, sample, review } = parsed.data;
      const key = toKey({ benchmark, model: source, id: String(qid), epoch: sample });
      const why = reasonsByPair.get(id);
      if (why !== undefined) reasons.set(key, { why });
      else if (review !== null && !reasons.has(key)) reasons.set(key, review);
    }
  } else if (reviews !== undefined) throw noReviewsError(path);
  return (sample) => reasons.get(toKey(sample)) ?? reasons.get(toKey({ ...sample, ...nameSource(sample) }));
}

/** Some files hold samples of a source under a name of their own: `nemo-skills-train50-rs1` is sample 1 of `nemo-skills`. */
function nameSource({ model, epoch }: { readonly model: string; readonly epoch: number }): {
  readonly model: string;
  readonly epoch: number;
} {
  const seeded = /^(.*)-train\d+-rs(\d+)$/.exec(model);
  if (seeded !== null) return { model: seeded[1] ?? model, epoch: Number(seeded[2]) };
  return { model: model.replace(/-\d+x\d+$|-answers$|-correct-only$/, ''), epoch };
}

function toKey(sample: {
  readonly benchmark: string;
  readonly model: string;
  readonly id: string;
  readonly epoch: number;
}): string {
  return `${sample.benchmark} ${sample.model} ${sample.epoch} ${sample.id}`;
}

function badReviewError(
  { path, line, value }: { readonly path: string; readonly line: number; readonly value: unknown },
  error: z.ZodError,
): CliError {
  const reasons = error.issues.map(({ path: field, message }) => `${field.join('.') || 'it'}: ${message}`);
  return new CliError({
    code: 'BAD_REVIEWS',
    kind: 'request',
    what: `Line ${line} of '${path}' is no review of a label.`,
    why: `${reasons.join('; ')}. It begins with: ${excerpt(JSON.stringify(value))}`,
    next: 'Give a file of {"id", "benchmark", "qid", "source", "sample", "review"} lines, or leave out --reviews.',
    fields: { path, line },
    cause: error,
  });
}

function noReviewsError(path: string): CliError {
  return new CliError({
    code: 'NO_REPLY_FILES',
    kind: 'request',
    what: `File '${path}' with the reviews is not there.`,
    next: 'Leave out --reviews, or give a file of {"id", "benchmark", "qid", "source", "sample", "review"} lines.',
    fields: { path },
  });
}
