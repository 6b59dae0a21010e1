import { digest } from '@scalequest/core';
import type { Problem } from '@scalequest/datasets';
import type { RecordedOutcome } from '@scalequest/datasets/replies';
import type { ForeignLog, ForeignSample } from './foreign-log.ts';
import { createDocumentMapper } from './map-document.ts';

/** A sample of a log with the id of our problem that it answers. */
export interface MappedSample extends ForeignSample {
  readonly id: string;
}

/** A log, of which it is known what each sample answers and what its own graders say of it. */
export interface MappedLog {
  readonly log: ForeignLog;
  /** The log's own graders that judged at least one reply, in order of the log. The first gives the labels. */
  readonly graders: readonly string[];
  /** What is mapped, in order of the log, without its texts. */
  readonly samples: readonly MappedHead[];
  readonly unmapped: UnmappedSamples;
  /** Of each grader: mapped samples that it judged neither right nor wrong. */
  readonly unclear: Readonly<Record<string, number>>;
  /** Streams what is mapped: the log is read once more. */
  readonly readSamples: () => AsyncIterable<MappedSample>;
}

/** A sample without its texts. */
export type MappedHead = Pick<MappedSample, 'id' | 'epoch' | 'finishReason' | 'judgement'> & {
  readonly isError: boolean;
};

export interface UnmappedSamples {
  readonly count: number;
  /** Each sample's place and why no problem could be told: the first five. */
  readonly first: readonly string[];
}

const unmappedShown = 5;

/** Reads a log once, to its end. Memory grows by some references a sample, never by its text. */
export async function mapLog(log: ForeignLog, problems: readonly Problem[]): Promise<MappedLog> {
  const map = createDocumentMapper(problems);
  /** One for each sample of the log; undefined where it is not mapped. */
  const heads: (MappedHead | undefined)[] = [];
  const taken = new Set<string>();
  const first: string[] = [];
  for await (const { document, epoch, finishReason, judgement, error, place } of log.readSamples()) {
    const found = map(document);
    const id = 'why' in found ? undefined : found.ids.find((one) => !taken.has(`${epoch} ${one}`));
    if (id === undefined) {
      const why = 'why' in found ? found.why : `another sample answers '${found.ids[0]}' already`;
      heads.push(undefined);
      if (first.length < unmappedShown) first.push(`${place}: ${why}`);
      continue;
    }
    taken.add(`${epoch} ${id}`);
    heads.push({ id, epoch, finishReason, judgement, isError: error !== undefined });
  }
  const samples = heads.filter((head) => head !== undefined);
  const unclear: Record<string, number> = {};
  for (const { judgement } of samples) {
    for (const name of judgement.unclear) unclear[name] = (unclear[name] ?? 0) + 1;
  }
  return {
    log,
    graders: [...new Set(samples.flatMap(({ judgement }) => [...judgement.verdicts.keys()]))],
    samples,
    unmapped: { count: heads.length - samples.length, first },
    unclear,
    readSamples: async function* () {
      let at = 0;
      for await (const sample of log.readSamples()) {
        const head = heads[at++];
        // The second reading has not come to what lm-eval says further down: the first has.
        if (head !== undefined) yield { ...sample, id: head.id, judgement: head.judgement };
      }
    },
  };
}

/**
 * What a sample came to by one of the log's own graders. One that was stopped at a limit is not wrong but truncated, also
 * where its system counts both as 0. Undefined where the grader does not say.
 */
export function readLabel(
  { isError, finishReason, judgement }: Omit<MappedHead, 'id' | 'epoch'>,
  grader: string,
): RecordedOutcome | undefined {
  if (isError) return 'error';
  const verdict = judgement.verdicts.get(grader);
  return verdict !== undefined && verdict !== 'correct' && finishReason === 'length' ? 'truncated' : verdict;
}

/** What stands in the place of a protocol: two logs have the same where their models were asked and judged alike. */
export function describeForeignProtocol({ system, version, tasks, settings }: ForeignLog): {
  readonly label: string;
  readonly sha256: string;
} | null {
  if (Object.keys(settings).length === 0) return null;
  const names = tasks.length > 3 ? `${tasks.slice(0, 3).join(', ')}, ...` : tasks.join(', ');
  return {
    label: `${system} ${version ?? '(version not known)'}: ${names}`,
    sha256: digest([system, version, settings]),
  };
}

/** `2 of 30 samples answer no problem that can be told: sample 3: no problem has its question, ...` */
export function describeUnmapped({ samples, unmapped: { count, first } }: MappedLog): string {
  if (samples.length + count === 0) return 'It holds no samples.';
  const more = count > first.length ? '; ...' : '';
  return `${count} of ${samples.length + count} samples answer no problem that can be told: ${first.join('; ')}${more}.`;
}
