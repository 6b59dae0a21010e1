import type { AnyPoolItem, AnyPoolResult } from './types.ts';

/** The tickets of one batch that is at work. */
export interface Work {
  /** Tickets that somebody still waits for. */
  open: number;
  /** Called when nobody waits for any of them any more. */
  readonly abandon: () => void;
}

/** An item on its way, and who waits for it. A link of the chain of its signal, so that a million cost little. */
export class Ticket {
  readonly item: AnyPoolItem;
  /** Length of its texts, in UTF-16 code units. */
  readonly characters: number;
  readonly resolve: (result: AnyPoolResult) => void;
  readonly reject: (reason: unknown) => void;
  /** The tickets that the same signal aborts. */
  readonly chain: TicketChain | undefined;
  /** Whether nobody waits any more. */
  isSettled = false;
  /** Workers that died or failed while they were at it. */
  losses = 0;
  work: Work | undefined;
  previous: Ticket | undefined;
  next: Ticket | undefined;

  constructor(parts: Pick<Ticket, 'item' | 'characters' | 'resolve' | 'reject' | 'chain'>) {
    this.item = parts.item;
    this.characters = parts.characters;
    this.resolve = parts.resolve;
    this.reject = parts.reject;
    this.chain = parts.chain;
  }
}

/** The tickets that wait under one signal, in their order: joining and leaving take constant time and no memory. */
export class TicketChain {
  #first: Ticket | undefined;
  #last: Ticket | undefined;
  readonly #onEmpty: () => void;

  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty;
  }

  get first(): Ticket | undefined {
    return this.#first;
  }

  join(ticket: Ticket): void {
    ticket.previous = this.#last;
    if (this.#last === undefined) this.#first = ticket;
    else this.#last.next = ticket;
    this.#last = ticket;
  }

  leave(ticket: Ticket): void {
    const { previous, next } = ticket;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    ticket.previous = undefined;
    ticket.next = undefined;
    if (this.#first === undefined) this.#onEmpty();
  }
}
