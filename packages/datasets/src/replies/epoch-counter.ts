/** Numbers the replies to each problem. */
export interface EpochCounter {
  /** The epoch that is wanted, or else the lowest free one; undefined where the wanted one is taken. */
  readonly take: (id: string, wanted: number | undefined) => number | undefined;
}

export function createEpochCounter(): EpochCounter {
  const epochsById = new Map<string, { readonly taken: Set<number>; lowestFree: number }>();
  return {
    take: (id, wanted) => {
      const epochs = epochsById.get(id) ?? { taken: new Set(), lowestFree: 0 };
      epochsById.set(id, epochs);
      const epoch = wanted ?? epochs.lowestFree;
      if (epochs.taken.has(epoch)) return undefined;
      epochs.taken.add(epoch);
      while (epochs.taken.has(epochs.lowestFree)) epochs.lowestFree++;
      return epoch;
    },
  };
}
