import type { Ticket } from './ticket.ts';

/** How much one message may carry. */
export interface BatchLimits {
  readonly items: number;
  /** Of all texts together; a longer text goes alone. */
  readonly characters: number;
}

/** From here on the places of taken tickets are given back, a half of the queue at a time. */
const compactAt = 1024;

/** Tickets that wait, first in, first out. A million in it cost no more a ticket than ten. */
export class TicketQueue {
  readonly #limits: BatchLimits;
  #tickets: (Ticket | undefined)[] = [];
  #head = 0;
  #characters = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#head === this.#tickets.length;
  }

  /** Whether what waits fills a message. */
  get isFull(): boolean {
    return this.#tickets.length - this.#head >= this.#limits.items || this.#characters >= this.#limits.characters;
  }

  push(ticket: Ticket): void {
    this.#tickets.push(ticket);
    this.#characters += ticket.characters;
  }

  /** The next message: tickets that somebody waits for. Empty only when none is left. */
  take(): Ticket[] {
    const taken: Ticket[] = [];
    let characters = 0;
    for (let ticket = this.#tickets[this.#head]; ticket !== undefined; ticket = this.#tickets[this.#head]) {
      if (!ticket.isSettled) {
        characters += ticket.characters;
        if (taken.length > 0 && characters > this.#limits.characters) break;
        taken.push(ticket);
      }
      this.#drop(ticket);
      if (taken.length === this.#limits.items) break;
    }
    return taken;
  }

  #drop(ticket: Ticket): void {
    this.#tickets[this.#head] = undefined;
    this.#characters -= ticket.characters;
    this.#head++;
    if (this.#head >= compactAt && this.#head * 2 >= this.#tickets.length) {
      this.#tickets = this.#tickets.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Everything that waits; nothing is left. */
  drain(): Ticket[] {
    const all = this.#tickets.slice(this.#head).filter((ticket) => ticket !== undefined);
    this.#tickets = [];
    this.#head = 0;
    this.#characters = 0;
    return all;
  }
}
