/** Something that fills at a steady rate, such as requests that may be sent, and is drawn from. */
export interface Allowance {
  /** When so much may be drawn. More than it can hold may be when it is full, and is then owed. */
  readonly getReadyAt: (now: number, amount: number) => number;
  readonly draw: (now: number, amount: number) => void;
  /** Gives back what was drawn in excess; less than nothing draws what was forgotten. */
  readonly giveBack: (now: number, amount: number) => void;
}

/** Timers are late by a little: an allowance that is short by no more than this is there. */
const smallest = 1e-9;

/**
 * A token bucket.
 *
 * @param perSecond - What comes in.
 * @param most - What it holds, and begins with. Over any time it gives no more than what came in and this.
 */
export function createAllowance({ perSecond, most }: { readonly perSecond: number; readonly most: number }): Allowance {
  let amount = most;
  let at: number | undefined;
  const fill = (now: number): void => {
    amount = Math.min(most, amount + ((now - (at ?? now)) / 1000) * perSecond);
    at = now;
  };
  return {
    getReadyAt: (now, wanted) => {
      fill(now);
      const missing = Math.min(wanted, most) - amount;
      return missing <= smallest * most ? now : now + (1000 * missing) / perSecond;
    },
    draw: (now, wanted) => {
      fill(now);
      amount -= wanted;
    },
    giveBack: (now, excess) => {
      fill(now);
      amount = Math.min(most, amount + excess);
    },
  };
}
