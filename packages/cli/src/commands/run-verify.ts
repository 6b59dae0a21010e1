import { resolve } from 'node:path';
import { createJsonLinesWriter, excerpt, readJsonLines } from '@scalequest/core';
import { createVerifierPool, type PoolItem, type PoolResult } from '@scalequest/verifier/pool';
import { z } from 'zod';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { formatCount } from '../output/format.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';

interface VerifyLine {
  readonly id: string | number;
  readonly item: PoolItem;
}

const lineSchema: z.ZodType<VerifyLine> = z
  .object({
    id: z.union([z.string(), z.number()]),
    reference: z.string(),
    candidate: z.string().optional(),
    reply: z.string().optional(),
    problem: z.string().optional(),
  })
  .refine(({ candidate, reply }) => (candidate === undefined) !== (reply === undefined), {
    message: 'needs "candidate" or "reply", one of the two',
  })
  .transform(({ id, reference, candidate, reply, problem }) => ({
    id,
    item:
      candidate === undefined
        ? { reference, reply: reply ?? '', ...(problem === undefined ? {} : { problem }) }
        : { reference, candidate },
  }));

/** What a line of the input comes to, before its verdict is there. */
type Entry = { readonly id: string | number } | { readonly line: number; readonly error: string };

/**
 * Streams a file through the verifier pool: one line out for each line in, in order, with flat memory. A line that
 * cannot be read keeps its place with an `error`, is named at the end, and makes the exit code 1.
 */
export async function runVerify(
  file: string,
  { out, json }: { readonly out: string; readonly json?: boolean },
): Promise<ExitCode> {
  if (resolve(file) === resolve(out)) throw sameFileError(file);
  limitHeapGrowth();
  const writer = await createJsonLinesWriter(out, { mode: 'replace', sync: false });
  const pool = createVerifierPool();
  const entries: Entry[] = [];
  const counts = { equal: 0, different: 0, undecided: 0, bad: 0 };
  const writeBadLines = async (): Promise<void> => {
    for (let entry = entries[0]; entry !== undefined && 'error' in entry; entry = entries[0]) {
      entries.shift();
      counts.bad++;
      console.error(`Line ${entry.line} of '${file}': ${entry.error}`);
      await writer.append({ id: null, ...entry });
    }
  };
  try {
    for await (const result of pool.verifyMany(readItems(file, entries))) {
      await writeBadLines();
      const entry = entries.shift() as { readonly id: string | number };
      counts[result.verdict]++;
      await writer.append({ id: entry.id, ...describeResult(result) });
    }
    await writeBadLines();
  } finally {
    await Promise.all([writer.close(), pool.close()]);
  }
  const { equal, different, undecided, bad } = counts;
  if (json === true) console.log(JSON.stringify(counts));
  else {
    const parts = Object.entries({ equal, different, undecided }).map(([name, n]) => `${formatCount(n)} ${name}`);
    console.log(`${parts.join(', ')}${bad === 0 ? '' : `, ${formatCount(bad)} bad lines`}; written to ${out}`);
  }
  return bad === 0 ? 0 : 1;
}

async function* readItems(file: string, entries: Entry[]): AsyncGenerator<PoolItem> {
  const keep = (line: number, why: string): void => {
    entries.push({ line, error: why });
  };
  const onBadLine = (bad: { readonly line: number; readonly text: string }): void =>
    keep(bad.line, `is not JSON: ${excerpt(bad.text)}`);
  for await (const { value, line } of readJsonLines(file, { onBadLine })) {
    const parsed = lineSchema.safeParse(value);
    if (parsed.success) {
      entries.push({ id: parsed.data.id });
      yield parsed.data.item;
    } else {
      const issue = parsed.error.issues[0];
      keep(line, `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'not understood'}`);
    }
  }
}

function describeResult(result: PoolResult<PoolItem>): object {
  const { verdict, rule, reason } = result;
  const extraction = 'extraction' in result ? result.extraction : undefined;
  return {
    verdict,
    rule,
    ...(extraction?.status === 'found' ? { answer: extraction.answer } : {}),
    ...(reason === undefined ? {} : { reason }),
    ms: result.ms,
  };
}

function sameFileError(file: string): CliError {
  return new CliError({
    code: 'SAME_FILE',
    kind: 'request',
    what: `The input '${file}' and --out are one file.`,
    next: 'Give --out another path.',
    fields: { file },
  });
}
