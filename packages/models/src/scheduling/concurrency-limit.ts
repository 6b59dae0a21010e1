/** How many requests an endpoint takes at once, as far as we know. */
export interface ConcurrencyLimit {
  /** A whole number, at least 1. */
  readonly value: number;
  readonly onAccepted: (inFlight: number) => void;
  /** The limit does not go below `floor`. */
  readonly onRefused: (floor: number) => void;
}

/**
 * Additive increase, multiplicative decrease. One more per round trip without a refusal, where the limit is in use; each
 * refusal takes half a request off, so a round trip that is refused whole halves the limit, and never more than that,
 * and one where a tenth is refused takes a twentieth (as DCTCP does): a few refusals cost little throughput.
 */
export function createConcurrencyLimit(max: number): ConcurrencyLimit {
  let limit = max;
  return {
    get value() {
      return Math.floor(limit);
    },
    onAccepted: (inFlight) => {
      if (inFlight * 2 >= limit) limit = Math.min(max, limit + 1 / limit);
    },
    onRefused: (floor) => {
      limit = Math.min(limit, Math.max(1, floor, limit - 0.5));
    },
  };
}
