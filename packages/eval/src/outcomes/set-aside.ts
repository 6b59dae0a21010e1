import type { SampleTable } from '@scalequest/runs';

/** Why samples were set aside, in one byte a sample. */
export interface SetAside {
  /** The last record of a sample counts: one that was answered after all has no code. */
  readonly set: (sample: number, code: string | undefined) => void;
  /** How many samples ended in an error, by its code. */
  readonly count: (samples: Pick<SampleTable, 'size' | 'getState'>) => Readonly<Record<string, number>>;
}

/** A code beyond so many is counted as another one. Ours are a few dozen. */
const mostCodes = 250;
const otherCode = 'OTHER';

export function createSetAside(size: number): SetAside {
  const numbers = new Uint8Array(size);
  const codes: string[] = [];
  const getNumber = (code: string): number => {
    const at = codes.indexOf(code);
    if (at >= 0) return at + 1;
    return codes.length < mostCodes ? codes.push(code) : getNumber(otherCode);
  };
  codes.push(otherCode);
  return {
    set: (sample, code) => {
      numbers[sample] = code === undefined ? 0 : getNumber(code);
    },
    count: (samples) => {
      const counts: Record<string, number> = {};
      for (let sample = 0; sample < samples.size; sample++) {
        const code = codes[(numbers[sample] as number) - 1];
        if (code === undefined || samples.getState(sample) !== 'failed') continue;
        counts[code] = (counts[code] ?? 0) + 1;
      }
      return counts;
    },
  };
}
