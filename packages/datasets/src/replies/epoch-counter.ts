/** Numbers the replies to each problem. */
export interface EpochCounter {
  /**
   * The epoch that is wanted, or else the lowest free one; undefined where a reply has taken the wanted one. An error
   * gives it up again: it stands on the line `replaces`, which does not count any more.
   */
  readonly take: (id: string, request: EpochRequest) => TakenEpoch | undefined;
}

export interface EpochRequest {
  readonly wanted: number | undefined;
  readonly isError: boolean;
  readonly line: number;
}

export interface TakenEpoch {
  readonly epoch: number;
  readonly replaces?: number;
}

export function createEpochCounter(): EpochCounter {
  const epochsById = new Map<string, Epochs>();
  return {
    take: (id, { wanted, isError, line }) => {
      const epochs = epochsById.get(id) ?? { taken: new Set(), errors: new Map(), lowestFree: 0 };
      epochsById.set(id, epochs);
      const epoch = wanted ?? epochs.lowestFree;
      const replaces = epochs.errors.get(epoch);
      if (epochs.taken.has(epoch) && replaces === undefined) return undefined;
      epochs.taken.add(epoch);
      if (isError) epochs.errors.set(epoch, line);
      else epochs.errors.delete(epoch);
      while (epochs.taken.has(epochs.lowestFree)) epochs.lowestFree++;
      return replaces === undefined ? { epoch } : { epoch, replaces };
    },
  };
}

interface Epochs {
  readonly taken: Set<number>;
  /** The line of each epoch that is an error. */
  readonly errors: Map<number, number>;
  lowestFree: number;
}
