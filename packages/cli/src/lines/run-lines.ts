import type { ExitCode } from '../main.ts';
import { countOf } from '../output/format.ts';
import { createLinesProgress } from '../output/lines-progress.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';
import { checkFiles, type OutputFiles } from './check-files.ts';
import { chooseFormat, type FileFormat } from './file-format.ts';
import type { InputLine } from './input-line.ts';
import { type JudgeLine, judgeLines } from './judge-lines.ts';
import { createLineWriter, type LineWriter, type OutputLine } from './line-writer.ts';
import { type Input, openInput } from './open-input.ts';

/** Bad lines that are named one by one on standard error; the rest is counted. */
const badLinesShown = 20;

/** Who decides about the lines, and how they are read and told. */
export interface LinesJudge<Item, Judgement extends OutputLine> {
  readonly read: (input: Input) => AsyncIterable<InputLine<Item>>;
  readonly judge: JudgeLine<Item, Judgement>;
  /** The most lines that are read and not yet written. */
  readonly lookAhead: number;
  /** What a judgement counts as. */
  readonly classify: (judgement: Judgement) => string;
  /** The fields of a line, in the order of a table's columns. */
  readonly columns: readonly string[];
  /** Whether the line of progress tells the counts. */
  readonly showsCounts?: boolean;
  readonly close: () => Promise<void>;
}

export interface RunLinesOptions<Item, Judgement extends OutputLine> extends OutputFiles {
  /** The format of an output whose name does not tell. */
  readonly format?: FileFormat;
  readonly openJudge: () => Promise<LinesJudge<Item, Judgement>>;
  /** The names of what is counted, each from 0. */
  readonly counted: readonly string[];
  /** Tells the counts at the end. */
  readonly onEnd: (counts: Readonly<Record<string, number>>, say: (text: string) => void) => void;
}

/**
 * Streams a file through a judge: one line out for each line in, in order, with flat memory. A line that cannot be read
 * keeps its place and its id with an `error`, or goes to the file of the bad lines; it is named, stops nothing, and makes
 * the exit code 1. The output appears when it is whole: a run that fails or is stopped leaves what stood there. Standard
 * output has each line as soon as it is there.
 */
export async function runLines<Item, Judgement extends OutputLine>(
  file: string,
  options: RunLinesOptions<Item, Judgement>,
): Promise<ExitCode> {
  checkFiles(file, options);
  const input = await openInput(file);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const counts: Record<string, number> = Object.fromEntries(options.counted.map((name) => [name, 0]));
  let lines = 0;
  let bad = 0;
  let judge: LinesJudge<Item, Judgement> | undefined;
  const startedAt = performance.now();
  const progress = createLinesProgress(
    () => ({
      ...{ lines, bad, elapsedMs: performance.now() - startedAt, share: input.getShare() },
      ...(judge?.showsCounts === true ? { outcomes: counts } : {}),
    }),
    { isOn: !(options.out === '-' && process.stdout.isTTY) },
  );
  try {
    const opened = await options.openJudge();
    judge = opened;
    limitHeapGrowth();
    await withWriters({ ...options, columns: opened.columns }, ({ lines: writer, badLines }) =>
      judgeLines({
        ...{ lines: opened.read(input), judge: opened.judge, lookAhead: opened.lookAhead, signal: stop.signal },
        closeInput: input.close,
        onJudgement: async (line) => {
          lines++;
          const name = opened.classify(line);
          counts[name] = (counts[name] ?? 0) + 1;
          await writer.write(line);
        },
        onBadLine: async ({ id, line, error, text }) => {
          lines++;
          if (++bad <= badLinesShown) progress.say(`Line ${line} of '${input.name}': ${showControls(error)}`);
          await (badLines === undefined
            ? writer.write({ id, line, error })
            : badLines.write({ line, id, error, text }));
        },
      }),
    );
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    const end = options.out === '-' ? 'What is written is written.' : `'${options.out}' is as it was.`;
    progress.say(`Stopped before the end. ${end}`);
    return 1;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    progress.end();
    input.close();
    await judge?.close();
  }
  if (bad > badLinesShown) console.error(`And ${countOf(bad - badLinesShown, 'more bad line')}.`);
  // Standard output is for the lines where they go there.
  options.onEnd({ ...counts, bad }, (text) => (options.out === '-' ? console.error(text) : console.log(text)));
  return bad === 0 ? 0 : 1;
}

interface Writers {
  readonly lines: LineWriter;
  readonly badLines: LineWriter | undefined;
}

interface WriterOptions extends OutputFiles {
  readonly format?: FileFormat;
  readonly columns: readonly string[];
}

/** Both files come to stand in their places when the work is done, and neither when it fails. */
async function withWriters(
  { out, bad, format, columns }: WriterOptions,
  work: (writers: Writers) => Promise<void>,
): Promise<void> {
  const lines = await createLineWriter(out, {
    format: chooseFormat(out, format),
    columns: bad === undefined ? [...columns, 'line', 'error'] : columns,
  });
  let badLines: LineWriter | undefined;
  try {
    if (bad !== undefined) {
      badLines = await createLineWriter(bad, {
        format: chooseFormat(bad, format),
        columns: ['line', 'id', 'error', 'text'],
      });
    }
    await work({ lines, badLines });
    await badLines?.commit();
    await lines.commit();
  } finally {
    await badLines?.discard();
    await lines.discard();
  }
}

/** A line of a stranger's file must not steer the terminal that it is shown on. */
function showControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
