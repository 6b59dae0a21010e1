/** Lets holders of tickets through one by one, in the order in which the tickets were drawn. */
export class Turnstile {
  #last: Promise<void> = Promise.resolve();

  draw(): Ticket {
    const previous = this.#last;
    let pass: () => void = () => undefined;
    let fail: (error: unknown) => void = () => undefined;
    this.#last = new Promise((resolve, reject) => {
      pass = resolve;
      fail = reject;
    });
    // Whoever waits for it sees the failure; the last one's nobody waits for.
    this.#last.catch(() => undefined);
    return { turn: previous, pass, fail };
  }
}

export interface Ticket {
  /** Resolves when it is this ticket's turn; rejects where an earlier one failed. */
  readonly turn: Promise<void>;
  readonly pass: () => void;
  readonly fail: (error: unknown) => void;
}
