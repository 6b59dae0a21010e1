import { RunsError } from './errors.ts';

/** What is known of a sample: nothing, that it is in the journal, or that the journal holds an error for it. */
export type SampleState = 'pending' | 'finished' | 'failed';

const states: readonly SampleState[] = ['pending', 'finished', 'failed'];

/**
 * The samples of a run, numbered: all problems of epoch 0, then of epoch 1, and so on. One byte a sample, so that a
 * million samples cost a megabyte.
 */
export interface SampleTable {
  readonly problems: number;
  readonly epochs: number;
  readonly size: number;
  /** The number of a sample, or undefined where the run has no such sample. */
  readonly find: (id: string, epoch: number) => number | undefined;
  readonly getId: (sample: number) => string;
  readonly getEpoch: (sample: number) => number;
  readonly getState: (sample: number) => SampleState;
  readonly setState: (sample: number, state: SampleState) => void;
  readonly count: (state: SampleState) => number;
}

/**
 * @param ids - the problems of the run, in order, each once
 * @throws RunsError `DUPLICATE_ID`
 */
export function createSampleTable({
  ids,
  epochs,
}: {
  readonly ids: readonly string[];
  readonly epochs: number;
}): SampleTable {
  const indexById = new Map(ids.map((id, index) => [id, index]));
  if (indexById.size < ids.length) throw duplicateIdError(ids.find((id, index) => indexById.get(id) !== index));
  const size = ids.length * epochs;
  const codes = new Uint8Array(size);
  const counts = [size, 0, 0];
  return {
    problems: ids.length,
    epochs,
    size,
    find: (id, epoch) => {
      const index = indexById.get(id);
      return index === undefined || epoch < 0 || epoch >= epochs ? undefined : epoch * ids.length + index;
    },
    getId: (sample) => ids[sample % ids.length] as string,
    getEpoch: (sample) => Math.floor(sample / ids.length),
    getState: (sample) => states[codes[sample] as number] as SampleState,
    setState: (sample, state) => {
      const code = states.indexOf(state);
      const before = codes[sample] as number;
      counts[before] = (counts[before] as number) - 1;
      counts[code] = (counts[code] as number) + 1;
      codes[sample] = code;
    },
    count: (state) => counts[states.indexOf(state)] as number,
  };
}

function duplicateIdError(id: string | undefined): RunsError {
  return new RunsError({
    code: 'DUPLICATE_ID',
    kind: 'request',
    what: `Problem '${id}' stands twice in the list of the run.`,
    why: 'A reply could not be told from the reply to the other one.',
    next: 'Give each problem an id of its own.',
    fields: { id },
  });
}
