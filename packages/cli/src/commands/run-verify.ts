import { fstatSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { excerpt } from '@scalequest/core';
import type { Preset, Verdict } from '@scalequest/verifier';
import type { VerifierPoolStatistics } from '@scalequest/verifier/pool';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { countOf, formatCount } from '../output/format.ts';
import { createVerifyProgress } from '../output/verify-progress.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';
import { chooseFormat, type FileFormat } from '../verify/file-format.ts';
import { createVerifierJudge, explainedColumns, type Judge, lineColumns } from '../verify/judge.ts';
import { createLineWriter, type LineWriter } from '../verify/line-writer.ts';
import { openInput } from '../verify/open-input.ts';
import { writeVerdicts } from '../verify/write-verdicts.ts';

/** Bad lines that are named one by one on standard error; the rest is counted. */
const badLinesShown = 20;

export interface RunVerifyOptions {
  readonly out: string;
  readonly format?: FileFormat;
  readonly bad?: string;
  readonly preset?: Preset;
  readonly profile?: string;
  readonly explain?: boolean;
  readonly json?: boolean;
  /** False for `--no-cas`. */
  readonly cas: boolean;
}

type Counts = Record<Verdict | 'bad', number>;

/**
 * Streams a file through the verifier: one line out for each line in, in order, with flat memory. A line that cannot be
 * read keeps its place and its id with an `error`, or goes to the file of the bad lines; it is named, stops nothing, and
 * makes the exit code 1. The output appears when it is whole: a run that fails or is stopped leaves what stood there.
 * Standard output has each line as soon as it is there.
 */
export async function runVerify(file: string, options: RunVerifyOptions): Promise<ExitCode> {
  checkFiles(file, options);
  const input = await openInput(file);
  const judge = await openJudge(options);
  limitHeapGrowth();
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const counts: Counts = { equal: 0, different: 0, undecided: 0, bad: 0 };
  const startedAt = performance.now();
  const progress = createVerifyProgress(
    () => ({ ...countLines(counts), elapsedMs: performance.now() - startedAt, share: input.getShare() }),
    { isOn: !(options.out === '-' && process.stdout.isTTY) },
  );
  try {
    await withWriters(options, ({ lines, badLines }) =>
      writeVerdicts({
        input,
        format: chooseFormat(file, options.format),
        judge,
        signal: stop.signal,
        onVerdict: async (line) => {
          counts[line.verdict]++;
          await lines.write(line);
        },
        onBadLine: async ({ id, line, error, text }) => {
          if (++counts.bad <= badLinesShown) progress.say(`Line ${line} of '${input.name}': ${showControls(error)}`);
          await (badLines === undefined ? lines.write({ id, line, error }) : badLines.write({ line, id, error, text }));
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
    await judge.close();
  }
  sayCounts(counts, { options, secondOpinions: judge.getSecondOpinions() });
  return counts.bad === 0 ? 0 : 1;
}

async function openJudge({ profile: name, preset, cas, explain }: RunVerifyOptions): Promise<Judge> {
  const isExplained = explain === true;
  if (name === undefined) return createVerifierJudge({ cas, preset: preset ?? 'benchmark', isExplained });
  if (preset !== undefined) {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: 'Options --preset and --profile are both given, and a profile has no presets.',
      next: 'Give one of the two.',
      fields: { preset, profile: name },
    });
  }
  // Loaded where it is asked for: the graders of other systems are half as much code again.
  const [{ profiles }, { createProfileJudge }] = await Promise.all([
    import('@scalequest/verifier/profiles'),
    import('../verify/profile-judge.ts'),
  ]);
  const profile = profiles.get(name);
  if (profile !== undefined) return createProfileJudge(profile, { isExplained });
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `Profile '${excerpt(name)}' is not known.`,
    next: `Known are ${[...profiles.keys()].join(', ')}.`,
    fields: { profile: name },
  });
}

interface Writers {
  readonly lines: LineWriter;
  readonly badLines: LineWriter | undefined;
}

/** Both files come to stand in their places when the work is done, and neither when it fails. */
async function withWriters(
  { out, bad, format, explain }: RunVerifyOptions,
  work: (writers: Writers) => Promise<void>,
): Promise<void> {
  const columns = [...lineColumns, ...(explain === true ? explainedColumns : [])];
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

function countLines({ equal, different, undecided, bad }: Counts): { readonly lines: number; readonly bad: number } {
  return { lines: equal + different + undecided + bad, bad };
}

interface Ending {
  readonly options: RunVerifyOptions;
  readonly secondOpinions: VerifierPoolStatistics['secondOpinions'];
}

function sayCounts(counts: Counts, { options: { out, bad: badFile, json }, secondOpinions }: Ending): void {
  const { equal, different, undecided, bad } = counts;
  // Standard output is for the lines where they go there.
  const say = (text: string): void => (out === '-' ? console.error(text) : console.log(text));
  if (bad > badLinesShown) console.error(`And ${countOf(bad - badLinesShown, 'more bad line')}.`);
  if (json === true) {
    say(JSON.stringify({ ...counts, secondOpinions }));
    return;
  }
  const parts = Object.entries({ equal, different, undecided }).map(([name, n]) => `${formatCount(n)} ${name}`);
  if (bad > 0) parts.push(`${countOf(bad, 'bad line')}${badFile === undefined ? '' : ` (in ${badFile})`}`);
  say(`${parts.join(', ')}${out === '-' ? '' : `; written to ${out}`}`);
  if (secondOpinions.asked > 0) say(formatSecondOpinions(secondOpinions));
}

function formatSecondOpinions({ asked, equal, killed }: VerifierPoolStatistics['secondOpinions']): string {
  const ends = `settled ${formatCount(equal)} as equal and ran over its budget on ${formatCount(killed)}`;
  return `Computer algebra was asked about ${formatCount(asked)}; it ${ends}.`;
}

/** A line of a stranger's file must not steer the terminal that it is shown on. */
function showControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Before anything is written: no two of the files are one, under whatever names. */
function checkFiles(file: string, { out, bad }: RunVerifyOptions): void {
  if (bad === '-') {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: "Option '--bad' is -, and bad lines go to a file.",
      next: 'Give --bad a path.',
      fields: { option: '--bad' },
    });
  }
  if (isSameFile({ path: file, standard: 0 }, { path: out, standard: 1 })) throw sameFileError('The input', '--out');
  if (bad === undefined) return;
  if (isSameFile({ path: file, standard: 0 }, { path: bad })) throw sameFileError('The input', '--bad');
  if (isSameFile({ path: bad }, { path: out, standard: 1 })) throw sameFileError('--bad', '--out');
}

interface Place {
  readonly path: string;
  /** The number of the standard stream that `-` stands for. */
  readonly standard?: 0 | 1;
}

function isSameFile(a: Place, b: Place): boolean {
  const [one, other] = [a, b].map(identify);
  return one !== undefined && one === other;
}

/** What two names of a file share; undefined for a device or a pipe, which may be both input and output. */
function identify({ path, standard }: Place): string | undefined {
  try {
    const stats =
      path === '-' && standard !== undefined ? fstatSync(standard, { bigint: true }) : statSync(path, { bigint: true });
    return stats.isFile() ? `${stats.dev}:${stats.ino}` : undefined;
  } catch {
    return path === '-' ? undefined : resolve(path);
  }
}

function sameFileError(one: string, other: string): CliError {
  return new CliError({
    code: 'SAME_FILE',
    kind: 'request',
    what: `${one} and ${other} are one file.`,
    next: `Give ${other} another path.`,
    fields: { one, other },
  });
}
