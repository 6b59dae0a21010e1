import { digest } from '@scalequest/core';
import type { Problem } from '@scalequest/datasets';
import type { ForeignLog, ForeignSample } from './foreign-log.ts';
import { createDocumentMapper } from './map-document.ts';

/** A sample of a log with the id of our problem that it answers. */
export interface MappedSample extends ForeignSample {
  readonly id: string;
}

/** A log, of which it is known what each sample answers. */
export interface MappedLog {
  readonly log: ForeignLog;
  /** The log's own graders that judged at least one reply, in order of the log. The first gives the labels. */
  readonly graders: readonly string[];
  readonly mapped: number;
  readonly unmapped: UnmappedSamples;
  /** Of each grader: mapped samples that it judged neither right nor wrong. */
  readonly unclear: Readonly<Record<string, number>>;
  /** Streams what is mapped. */
  readonly readSamples: () => AsyncIterable<MappedSample>;
}

export interface UnmappedSamples {
  readonly count: number;
  /** Each sample's place and why no problem could be told: the first five. */
  readonly first: readonly string[];
}

const unmappedShown = 5;

/** Reads a log once to find the problem of each sample. Memory grows by a reference a sample, never by its text. */
export async function mapLog(log: ForeignLog, problems: readonly Problem[]): Promise<MappedLog> {
  const map = createDocumentMapper(problems);
  const ids: (string | undefined)[] = [];
  const taken = new Set<string>();
  const graders = new Set<string>();
  const unclear: Record<string, number> = {};
  const first: string[] = [];
  for await (const sample of log.readSamples()) {
    const found = map(sample.document);
    const key = 'id' in found ? `${sample.epoch} ${found.id}` : '';
    const why =
      'why' in found ? found.why : taken.has(key) ? `another sample answers '${found.id}' already` : undefined;
    if (why !== undefined) {
      ids.push(undefined);
      if (first.length < unmappedShown) first.push(`${sample.place}: ${why}`);
      continue;
    }
    taken.add(key);
    ids.push('id' in found ? found.id : undefined);
    for (const name of Object.keys(sample.verdicts)) graders.add(name);
    for (const name of sample.unclear) unclear[name] = (unclear[name] ?? 0) + 1;
  }
  return {
    log,
    graders: [...graders],
    mapped: taken.size,
    unmapped: { count: ids.length - taken.size, first },
    unclear,
    readSamples: async function* () {
      let at = 0;
      for await (const sample of log.readSamples()) {
        const id = ids[at++];
        if (id !== undefined) yield { ...sample, id };
      }
    },
  };
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
export function describeUnmapped({ mapped, unmapped: { count, first } }: MappedLog): string {
  const more = count > first.length ? '; ...' : '';
  return `${count} of ${mapped + count} samples answer no problem that can be told: ${first.join('; ')}${more}.`;
}
