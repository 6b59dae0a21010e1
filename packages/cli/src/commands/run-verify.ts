import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { asFileError, type BadLine, excerpt, readJsonLines } from '@scalequest/core';
import type { Verdict } from '@scalequest/verifier';
import {
  createVerifierPool,
  type PoolItem,
  type PoolResult,
  type VerifierPool,
  type VerifierPoolStatistics,
} from '@scalequest/verifier/pool';
import { z } from 'zod';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { formatCount } from '../output/format.ts';
import { createReplacingWriter, type ReplacingWriter } from '../output/replacing-writer.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';
import { VerdictQueue } from './verdict-queue.ts';

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

/** Bad lines that are named one by one on standard error; the rest is counted. */
const badLinesShown = 20;

export interface RunVerifyOptions {
  readonly out: string;
  readonly json?: boolean;
  /** False for `--no-cas`. */
  readonly cas: boolean;
}

/**
 * Streams a file through the verifier pool: one line out for each line in, in order, with flat memory. A line that
 * cannot be read keeps its place and its id with an `error`, is named, and makes the exit code 1. The output appears
 * when it is whole: a run that fails or is stopped leaves what stood there.
 */
export async function runVerify(file: string, { out, json, cas }: RunVerifyOptions): Promise<ExitCode> {
  await checkFiles(file, out);
  limitHeapGrowth();
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const pool = createVerifierPool({ cas });
  const counts = { equal: 0, different: 0, undecided: 0, bad: 0 };
  let secondOpinions = { asked: 0, equal: 0, killed: 0 };
  try {
    const writer = await createReplacingWriter(out);
    try {
      await writeVerdicts({ file, pool, writer, counts, signal: stop.signal });
      await writer.commit();
      secondOpinions = pool.getStatistics().secondOpinions;
    } finally {
      await writer.discard();
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error(`Stopped before the end. '${out}' is as it was.`);
    return 1;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await pool.close();
  }
  const { equal, different, undecided, bad } = counts;
  if (bad > badLinesShown) console.error(`And ${formatCount(bad - badLinesShown)} more bad lines.`);
  if (json === true) console.log(JSON.stringify({ ...counts, secondOpinions }));
  else {
    const parts = Object.entries({ equal, different, undecided }).map(([name, n]) => `${formatCount(n)} ${name}`);
    console.log(`${parts.join(', ')}${bad === 0 ? '' : `, ${formatCount(bad)} bad lines`}; written to ${out}`);
    if (secondOpinions.asked > 0) console.log(formatSecondOpinions(secondOpinions));
  }
  return bad === 0 ? 0 : 1;
}

interface Job {
  readonly file: string;
  readonly pool: VerifierPool;
  readonly writer: ReplacingWriter;
  readonly counts: Record<Verdict | 'bad', number>;
  readonly signal: AbortSignal;
}

async function writeVerdicts({ file, pool, writer, counts, signal }: Job): Promise<void> {
  const queue = new VerdictQueue();
  /** Writes the bad lines that no question stands before. Resolves when there is room for more. */
  const writeBadLines = async (): Promise<void> => {
    for (let bad = queue.takeBad(); bad !== undefined; bad = queue.takeBad()) {
      const { id, line, error } = bad;
      if (++counts.bad <= badLinesShown) console.error(`Line ${line} of '${file}': ${error}`);
      await writer.append({ id, line, error });
    }
  };
  for await (const result of pool.verifyMany(readItems({ file, queue, writeBadLines, signal }), { signal })) {
    await writeBadLines();
    const id = queue.takeQuestion();
    counts[result.verdict]++;
    await writer.append({ id, ...describeResult(result) });
  }
  await writeBadLines();
}

interface Reading extends Pick<Job, 'file' | 'signal'> {
  readonly queue: VerdictQueue;
  readonly writeBadLines: () => Promise<void>;
}

async function* readItems({ file, queue, writeBadLines, signal }: Reading): AsyncGenerator<PoolItem> {
  const onBadLine = (bad: BadLine): void => {
    queue.push({ kind: 'bad', id: null, line: bad.line, error: `is not JSON: ${excerpt(bad.text)}` });
    // The reader does not wait here. A write that fails is kept by the writer, which gives it to the next call.
    void writeBadLines().catch(() => undefined);
  };
  for await (const { value, line } of readJsonLines(file, { onBadLine, signal })) {
    const parsed = lineSchema.safeParse(value);
    if (parsed.success) {
      queue.push({ kind: 'question', id: parsed.data.id });
      yield parsed.data.item;
    } else {
      const issue = parsed.error.issues[0];
      const error = `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'not understood'}`;
      queue.push({ kind: 'bad', id: findId(value), line, error });
      await writeBadLines();
    }
  }
}

/** The id of a line that is bad for another reason, so that its reader can tell which one it is. */
function findId(value: unknown): string | number | null {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

/** Before anything is written: the input is there, and is no other name of the output. */
async function checkFiles(file: string, out: string): Promise<void> {
  let input: BigIntStats;
  try {
    input = await stat(file, { bigint: true });
  } catch (error) {
    throw asFileError(error, { path: file, action: 'read' });
  }
  const output = await stat(out, { bigint: true }).catch(() => undefined);
  // A device, such as a terminal, may be both.
  if (output?.isFile() === true && output.dev === input.dev && output.ino === input.ino) throw sameFileError(file);
}

function describeResult(result: PoolResult<PoolItem>): object {
  const { verdict, rule, reason } = result;
  const extraction = 'extraction' in result ? result.extraction : undefined;
  return {
    verdict,
    rule,
    ...(extraction?.status === 'found' ? { answer: extraction.answer } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(result.secondOpinion === undefined ? {} : { secondOpinion: result.secondOpinion }),
    ms: result.ms,
  };
}

function formatSecondOpinions({ asked, equal, killed }: VerifierPoolStatistics['secondOpinions']): string {
  const ends = `settled ${formatCount(equal)} as equal and ran over its budget on ${formatCount(killed)}`;
  return `Computer algebra was asked about ${formatCount(asked)}; it ${ends}.`;
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
