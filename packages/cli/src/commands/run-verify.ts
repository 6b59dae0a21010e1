import { excerpt } from '@scalequest/core';
import type { Preset } from '@scalequest/verifier';
import type { VerifierPoolStatistics } from '@scalequest/verifier/pool';
import { CliError } from '../errors.ts';
import { chooseFormat, type FileFormat } from '../lines/file-format.ts';
import { formatCounts } from '../lines/format-counts.ts';
import { runLines } from '../lines/run-lines.ts';
import type { ExitCode } from '../main.ts';
import { formatCount } from '../output/format.ts';
import { createVerifierJudge, explainedColumns, type Judge, lineColumns } from '../verify/judge.ts';
import { readQuestions } from '../verify/read-questions.ts';

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

/** Enough for every worker to have a batch at work and one ready, and a few that wait behind a slow one. */
const lookAhead = 1000;

/** Streams a file through the verifier; see {@link runLines}. */
export async function runVerify(file: string, options: RunVerifyOptions): Promise<ExitCode> {
  let judge: Judge | undefined;
  return await runLines(file, {
    ...options,
    counted: ['equal', 'different', 'undecided'],
    openJudge: async () => {
      const opened = await chooseJudge(options);
      judge = opened;
      return {
        ...{ judge: opened.judge, close: opened.close, lookAhead },
        read: ({ chunks, name }) => readQuestions(chunks, { name, format: chooseFormat(file, options.format) }),
        classify: ({ verdict }) => verdict,
        columns: [...lineColumns, ...(options.explain === true ? explainedColumns : [])],
      };
    },
    onEnd: (counts, say) => {
      const secondOpinions = judge?.getSecondOpinions() ?? { asked: 0, equal: 0, killed: 0 };
      if (options.json === true) {
        say(JSON.stringify({ ...counts, secondOpinions }));
        return;
      }
      say(formatCounts(counts, options));
      if (secondOpinions.asked > 0) say(formatSecondOpinions(secondOpinions));
    },
  });
}

async function chooseJudge({ profile: name, preset, cas, explain }: RunVerifyOptions): Promise<Judge> {
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

function formatSecondOpinions({ asked, equal, killed }: VerifierPoolStatistics['secondOpinions']): string {
  const ends = `settled ${formatCount(equal)} as equal and ran over its budget on ${formatCount(killed)}`;
  return `Computer algebra was asked about ${formatCount(asked)}; it ${ends}.`;
}
