import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { excerpt, makeFolder, pathExists, writeFileAtomic } from '@scalequest/core';
import { z } from 'zod';
import { CliError } from '../errors.ts';
import { formatWholeMarkdown } from '../output/format-whole.ts';

/** What `eval all` knows of one benchmark. */
export interface AllRow {
  readonly benchmark: string;
  /** `missing`: its data is not there. `pending`: it was not begun. */
  readonly status: 'pending' | 'finished' | 'interrupted' | 'missing' | 'failed';
  /** The run, which holds everything else. */
  readonly folder?: string | undefined;
  /** What the result is of, where that is not the benchmark: `math-embedded`. */
  readonly measured?: string | undefined;
  readonly model?: string | undefined;
  readonly protocol?: string | undefined;
  readonly grader?: string | undefined;
  readonly problems?: number | undefined;
  readonly epochs?: number | undefined;
  readonly samples?: number | undefined;
  readonly accuracy?: number | undefined;
  readonly interval?: { readonly low: number; readonly high: number } | undefined;
  readonly spread?: { readonly min: number; readonly max: number } | undefined;
  readonly outcomes?: Readonly<Record<string, number>> | undefined;
  readonly tokens?: { readonly prompt: number; readonly completion: number } | undefined;
  readonly cost?: number | undefined;
  /** Why there is no result. */
  readonly why?: string | undefined;
}

/** The content of `whole.json`: a run of runs. The runs are the truth; this says which there are, and is the table. */
export interface Whole {
  readonly format: 1;
  readonly rows: readonly AllRow[];
}

const count: z.ZodType<number> = z.number();

const wholeSchema: z.ZodType<Whole> = z.object({
  format: z.literal(1),
  rows: z.array(
    z.object({
      benchmark: z.string(),
      status: z.enum(['pending', 'finished', 'interrupted', 'missing', 'failed']),
      folder: z.string().optional(),
      measured: z.string().optional(),
      model: z.string().optional(),
      protocol: z.string().optional(),
      grader: z.string().optional(),
      problems: count.optional(),
      epochs: count.optional(),
      samples: count.optional(),
      accuracy: count.optional(),
      // Says by which method as well, and keeps it when the table is written again.
      interval: z.looseObject({ low: count, high: count }).optional(),
      spread: z.object({ min: count, max: count }).optional(),
      outcomes: z.record(z.string(), count).optional(),
      tokens: z.object({ prompt: count, completion: count }).optional(),
      cost: count.optional(),
      why: z.string().optional(),
    }),
  ),
});

const files = { json: 'whole.json', markdown: 'whole.md' } as const;

/** @throws CliError `BAD_WHOLE` where the file is something else */
export async function readWhole(folder: string): Promise<Whole | undefined> {
  const path = join(folder, files.json);
  if (!(await pathExists(path))) return undefined;
  const text = await readFile(path, 'utf8');
  const parsed = wholeSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new CliError({
    code: 'BAD_WHOLE',
    kind: 'request',
    what: `File '${path}' is not what 'eval all' writes.`,
    why: `It begins with: ${excerpt(text)}`,
    next: 'Remove it: the runs of the benchmarks are not touched, and go on from where they are. Or give another --out.',
    fields: { path },
  });
}

/** Writes the table twice, for programs and for people. */
export async function writeWhole(folder: string, whole: Whole): Promise<void> {
  await makeFolder(folder);
  await writeFileAtomic(join(folder, files.json), `${JSON.stringify(whole, null, 2)}\n`);
  await writeFileAtomic(join(folder, files.markdown), formatWholeMarkdown(whole.rows));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
