import { basename } from 'node:path';
import { digest, hashFile } from '@scalequest/core';
import { detectReplyFormat, type RecordedReply, readReplies } from '@scalequest/datasets/replies';
import {
  describeForeignProtocol,
  describeUnmapped,
  type ForeignLog,
  mapLog,
  openForeignLog,
  type ResolvedProtocol,
  readLogReplies,
  unmappedError,
} from '@scalequest/eval';
import { countOf } from '../output/format.ts';
import type { ScoreFileInput } from './run-score.ts';

/** Where recorded replies come from. */
export interface ReplySource {
  readonly format: string;
  readonly repliesSha256: string;
  /** How the result calls the model where nothing else is said. */
  readonly model: string;
  /** What the source says of how the replies were asked. */
  readonly protocol?: Pick<ResolvedProtocol, 'label' | 'sha256'>;
  /** For run.json. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly open: () => AsyncIterable<RecordedReply>;
  /** Which samples have a reply, where it is known already. */
  readonly answered?: readonly Pick<RecordedReply, 'id' | 'epoch'>[];
}

type ReplySourceInput = Pick<ScoreFileInput, 'replies' | 'benchmark' | 'options' | 'progress'>;

/** Opens a file of recorded replies, or a log of another system, as its content says. */
export async function openReplySource(input: ReplySourceInput): Promise<ReplySource> {
  const { replies, benchmark, options } = input;
  const log = options.format === undefined ? await openForeignLog(replies) : undefined;
  if (log !== undefined) return await openLogSource(log, input);
  const format = options.format ?? (await detectReplyFormat(replies));
  return {
    format,
    repliesSha256: await hashFile(replies),
    model: nameModel(replies),
    details: {},
    open: () =>
      readReplies(replies, {
        format,
        problems: benchmark.problems,
        onUnknown: options.skipUnknown === true ? 'skip' : 'error',
      }),
  };
}

async function openLogSource(
  log: ForeignLog,
  { replies, benchmark, options, progress }: ReplySourceInput,
): Promise<ReplySource> {
  const mapped = await mapLog(log, benchmark.problems);
  const { system, version, tasks, model, settings, isComplete, files } = log;
  if (mapped.samples.length === 0 || (mapped.unmapped.count > 0 && options.skipUnknown !== true)) {
    throw unmappedError(replies, { mapped, benchmark: benchmark.name });
  }
  progress.say(`A log of ${system} ${version ?? '(version not known)'}: ${tasks.join(', ')}, model ${model}.`);
  if (mapped.unmapped.count > 0) progress.say(`Left out: ${describeUnmapped(mapped)}`);
  if (!isComplete) progress.say('Its run did not end well: samples may be missing.');
  if (mapped.graders.length > 0) progress.say(`Its labels are of ${mapped.graders.join('; ')}; the first is compared.`);
  for (const [grader, count] of Object.entries(mapped.unclear)) {
    progress.say(
      `No label of ${grader} for ${countOf(count, 'sample')}: its score is neither right nor wrong of one reply.`,
    );
  }
  const protocol = describeForeignProtocol(log);
  return {
    format: system,
    repliesSha256: digest(await Promise.all(files.map((file) => hashFile(file)))),
    model,
    ...(protocol === null ? {} : { protocol }),
    details: {
      source: {
        ...{ system, version, tasks, model, settings, isComplete },
        graders: mapped.graders,
        unclear: mapped.unclear,
        unmapped: mapped.unmapped,
      },
    },
    open: () => readLogReplies(mapped),
    answered: mapped.samples,
  };
}

/** How the result calls the model where nothing else is said: the name of the file. */
export function nameModel(path: string): string {
  return basename(path).replace(/\.jsonl(\.gz)?$/, '');
}
