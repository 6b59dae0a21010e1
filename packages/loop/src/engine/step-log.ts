import { join } from 'node:path';
import { createJsonLinesWriter, cutTornTail, type JsonLinesWriter, pathExists, readJsonLines } from '@scalequest/core';
import { z } from 'zod';
import { LoopError } from '../errors.ts';
import { loopFiles } from './loop-folder.ts';
import type { Fields, Json } from './step.ts';

/** A file that a step made. */
export interface MadeFile {
  /** In the step's folder. */
  readonly path: string;
  readonly sha256: string;
}

/** A step that is done. Nothing in it comes from a clock. */
export interface StepEntry {
  readonly step: string;
  /** Digest of the entry of each step that it read. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, MadeFile>>;
  readonly figures: Fields;
}

const jsonSchema: z.ZodType<Json> = z.json() as z.ZodType<Json>;
/** The shape of an entry, also in `manifest.json`. */
export const entrySchema: z.ZodType<StepEntry> = z.object({
  step: z.string(),
  inputs: z.record(z.string(), z.string()),
  files: z.record(z.string(), z.object({ path: z.string(), sha256: z.string() })),
  figures: z.record(z.string(), jsonSchema),
});

/** The steps that are done: `steps.jsonl`. */
export interface StepLog {
  readonly find: (step: string) => StepEntry | undefined;
  /** Resolves when the disk holds it. */
  readonly add: (entry: StepEntry) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @throws LoopError `STEPS_DAMAGED`; CoreError where the disk refuses */
export async function openStepLog(folder: string): Promise<StepLog> {
  const path = join(folder, loopFiles.steps);
  await cutTornTail(path);
  const entries = new Map<string, StepEntry>();
  for await (const entry of readStepLog(folder)) entries.set(entry.step, entry);
  const writer: JsonLinesWriter = await createJsonLinesWriter(path);
  return {
    find: (step) => entries.get(step),
    add: async (entry) => {
      await writer.append(entry);
      await writer.flush();
      entries.set(entry.step, entry);
    },
    close: writer.close,
  };
}

/**
 * The steps that are done, in the order in which they ended; also while the loop goes on.
 *
 * @throws LoopError `STEPS_DAMAGED`
 */
export async function* readStepLog(folder: string): AsyncGenerator<StepEntry> {
  const path = join(folder, loopFiles.steps);
  if (!(await pathExists(path))) return;
  const passTorn = ({ isTorn, line, why }: { isTorn: boolean; line: number; why: string }): void => {
    if (!isTorn) throw damaged(path, { line, why: `It is not JSON: ${why}.` });
  };
  for await (const { value, line } of readJsonLines(path, { onBadLine: passTorn })) {
    const parsed = entrySchema.safeParse(value);
    if (parsed.success) {
      yield parsed.data;
      continue;
    }
    const issue = parsed.error.issues[0];
    throw damaged(path, { line, why: `${issue?.path.join('.')}: ${issue?.message}.` });
  }
}

function damaged(path: string, { line, why }: { readonly line: number; readonly why: string }): LoopError {
  return new LoopError({
    code: 'STEPS_DAMAGED',
    what: `Line ${line} of '${path}' is damaged.`,
    why,
    next: `Nothing was changed. Restore the file, or remove line ${line} (\`sed -i ${line}d\` on a copy): its step is then looked at again.`,
    fields: { path, line },
  });
}
