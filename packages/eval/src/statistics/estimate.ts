/** A figure, and how it was come by. */
export interface Estimate {
  readonly value: number;
  /** Random draws that it rests on; 0 where it is exact. */
  readonly draws: number;
}

/** Draws of a simulation that is asked for nothing else: the error of a share is then at most half a percent. */
export const defaultDraws = 10_000;
