/**
 * Counts the work of one comparison in engine steps, so that a busy machine gives the same verdict as an idle one.
 * Running out is a state and not an exception: the stages ask and stop.
 */
export class Fuel {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return Math.min(this.#used, this.#limit);
  }

  get left(): number {
    return this.#limit - this.used;
  }

  get isOut(): boolean {
    return this.#used > this.#limit;
  }

  /** Takes the steps; false when there were not enough. */
  spend(steps: number): boolean {
    this.#used += steps;
    return this.#used <= this.#limit;
  }
}
