import { createRandom } from '@scalequest/core';
import type { Decision, OrderedStage } from '../engine/stage.ts';
import { SynthError } from '../errors.ts';
import { requireShare } from './sampling.ts';

export type SampleDifficultyOptions =
  | {
      /**
       * Of each generator named here this share of its rows is dropped, the easiest. The paper drops about 0.31 of what is left of
       * DeepSeekMath's questions, and none of Qwen2-Math's.
       */
      readonly dropEasiest: Readonly<Record<string, number>>;
    }
  | {
      /** Wanted shares of equal bins from 0 to 1, easiest first: `[1, 2, 1]` wants half of the rows in the middle third. */
      readonly target: readonly number[];
      /**
       * The share of rows that is kept. The nearer to 1, the less of what comes too often can be dropped.
       *
       * @defaultValue 0.7
       */
      readonly keepShare?: number;
    };

/** A thousandth is as fine as a difficulty is measured. */
const fineBins = 1001;
/** So many rows that are as wanted are thought to have come before, so that the first ones are not judged by one another. */
const priorRows = 64;

interface Prepared {
  readonly difficulty: number;
  /** 0 to 1, from the row's seed: of rows that are equally hard, this decides. */
  readonly draw: number;
}

/**
 * Thins out what is too easy, or comes too often. Drops 'over-represented' and gives nothing. Each row is judged by the rows
 * before it alone, in the order of shards, so that a row's fate does not depend on what comes later.
 *
 * @throws SynthError `INVALID_OPTION`
 */
export function sampleDifficulty(
  options: SampleDifficultyOptions,
): OrderedStage<{ difficulty: number }, object, readonly Prepared[]> {
  const sampler = 'dropEasiest' in options ? checkEasiest(options.dropEasiest) : checkTarget(options);
  return {
    order: 'in-order',
    ...{ name: 'sample', version: 1, settings: { ...options }, needs: ['difficulty'], gives: [] },
    ...('dropEasiest' in options ? { generators: Object.keys(options.dropEasiest) } : {}),
    open: async () => {
      const counts = new Map<string, Uint32Array>();
      const getCounts = (generator: string): Uint32Array => {
        const known = counts.get(sampler.isShared ? '' : generator) ?? new Uint32Array(sampler.bins);
        counts.set(sampler.isShared ? '' : generator, known);
        return known;
      };
      return {
        prepare: async ({ rows, seedOf }) =>
          rows.map((row) => ({
            difficulty: row.fields.difficulty,
            draw: createRandom(`sample/${seedOf(row)}`).next(),
          })),
        judge: ({ generator }, prepared) => {
          const seen = getCounts(generator);
          const bins: number[] = [];
          const decisions = prepared.map(({ difficulty, draw }): Decision<object> => {
            const bin = Math.min(sampler.bins - 1, Math.floor(difficulty * sampler.scale));
            const isKept = draw >= sampler.getDropShare(seen, { bin, generator });
            seen[bin] = (seen[bin] ?? 0) + 1;
            bins.push(bin);
            return isKept ? { keep: {} } : { drop: 'over-represented', because: { difficulty } };
          });
          return { decisions, memory: Buffer.from(JSON.stringify({ generator, bins })) };
        },
        remember: (memory) => {
          const { generator, bins } = JSON.parse(Buffer.from(memory).toString()) as {
            readonly generator: string;
            readonly bins: readonly number[];
          };
          const seen = getCounts(generator);
          for (const bin of bins) seen[bin] = (seen[bin] ?? 0) + 1;
        },
      };
    },
  };
}

interface Sampler {
  readonly bins: number;
  /** Times a difficulty, the number of its bin. */
  readonly scale: number;
  /** Whether the rows of all generators are counted together. */
  readonly isShared: boolean;
  /** How probably a row of a bin is dropped, after so many of each bin came before. */
  readonly getDropShare: (seen: Uint32Array, row: { readonly bin: number; readonly generator: string }) => number;
}

function checkEasiest(shares: Readonly<Record<string, number>>): Sampler {
  for (const [generator, share] of Object.entries(shares)) requireShare(`dropEasiest.${generator}`, share);
  return {
    bins: fineBins,
    scale: fineBins - 1,
    isShared: false,
    getDropShare: (seen, { bin, generator }) => {
      // Plain loops: this is done for each of a million rows.
      let below = 0;
      for (let place = 0; place < bin; place++) below += seen[place] ?? 0;
      let total = below;
      for (let place = bin; place < seen.length; place++) total += seen[place] ?? 0;
      const wanted = (shares[generator] ?? 0) * total;
      const here = seen[bin] ?? 0;
      if (below >= wanted) return 0;
      return below + here <= wanted ? 1 : (wanted - below) / here;
    },
  };
}

function checkTarget({
  target,
  keepShare = 0.7,
}: {
  readonly target: readonly number[];
  readonly keepShare?: number;
}): Sampler {
  requireShare('keepShare', keepShare);
  const sum = target.reduce((total, share) => total + share, 0);
  if (target.length < 2 || target.some((share) => !(share >= 0)) || !(sum > 0) || !Number.isFinite(sum)) {
    throw new SynthError({
      code: 'INVALID_OPTION',
      kind: 'request',
      what: `Option 'target' is [${target.join(', ')}].`,
      next: 'Give two shares or more, none below 0 and one above it.',
    });
  }
  const wanted = target.map((share) => share / sum);
  return {
    bins: target.length,
    scale: target.length,
    isShared: true,
    getDropShare: (seen, { bin }) => {
      const total = seen.reduce((all, count) => all + count, 0) + priorRows;
      const shares = wanted.map((share, place) => ((seen[place] ?? 0) + priorRows * share) / total);
      const cap = findCap(shares, { wanted, keepShare });
      const share = shares[bin] ?? 0;
      return share === 0 ? 1 : 1 - Math.min(1, (cap * (wanted[bin] ?? 0)) / share);
    },
  };
}

/**
 * The factor c with which the sum of min(share, c * wanted) is the share to keep: each bin gives what it has, up to a
 * level that is the same for all in proportion to what is wanted of them.
 */
function findCap(
  shares: readonly number[],
  { wanted, keepShare }: { readonly wanted: readonly number[]; readonly keepShare: number },
): number {
  const bins = shares
    .map((share, place) => ({ share, wanted: wanted[place] ?? 0 }))
    .filter((bin) => bin.wanted > 0)
    .sort((a, b) => a.share / a.wanted - b.share / b.wanted);
  const [rarest] = bins;
  // Up to here the target is met, and to drop more would serve nothing.
  const exact = rarest === undefined ? 0 : rarest.share / rarest.wanted;
  let given = 0;
  let wantedLeft = 1;
  for (const bin of bins) {
    const level = bin.share / bin.wanted;
    if (given + level * wantedLeft >= keepShare) return Math.max(exact, (keepShare - given) / wantedLeft);
    given += bin.share;
    wantedLeft -= bin.wanted;
  }
  return Number.POSITIVE_INFINITY;
}
