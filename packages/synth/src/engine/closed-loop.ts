import type { Generator } from './recipe.ts';

/** The next rows of a generator. */
export interface NextShard {
  readonly number: number;
  readonly first: number;
  readonly rows: number;
}

interface Begun extends NextShard {
  readonly slot: number;
  /** Undefined while it is on its way. */
  accepted: number | undefined;
}

export interface ClosedLoopOptions {
  readonly generator: Generator;
  readonly shardRows: number;
  readonly window: number;
}

/**
 * Begins as many shards of a generator as it takes until enough of its rows have passed every stage.
 *
 * Time is counted in slots. In each slot one shard begins, or none, and which of the two depends on nothing but the
 * shards that began `window` slots ago or earlier, whose fate is known by then. So a run that was killed, or whose servers
 * answered in another order, begins the same shards in the same slots, and what earlier rows do to later ones of another
 * generator is the same.
 */
export class ClosedLoop {
  readonly #options: ClosedLoopOptions;
  readonly #begun: Begun[] = [];
  /** Shards before this one have all ended, and are counted in the sums. */
  #firstOpen = 0;
  #acceptedBefore = 0;
  #rowsBefore = 0;

  constructor(options: ClosedLoopOptions) {
    this.#options = options;
  }

  /** The shards that must have ended before `next` may be asked for this slot. */
  listAwaited(slot: number): readonly number[] {
    return this.#begun
      .slice(this.#firstOpen)
      .filter((shard) => shard.slot <= slot - this.#options.window && shard.accepted === undefined)
      .map(({ number }) => number);
  }

  /** How many rows of a shard have passed every stage. */
  end(number: number, accepted: number): void {
    const shard = this.#begun[number];
    if (shard !== undefined) shard.accepted = accepted;
  }

  /** The shard that begins in this slot, `none`, or `finished` where no later slot will have one. */
  next(slot: number): NextShard | 'none' | 'finished' {
    const { generator, shardRows, window } = this.#options;
    this.#passEnded(slot - window);
    const pending = this.#begun.slice(this.#firstOpen);
    const wanted = generator.accept === 'all' ? Number.POSITIVE_INFINITY : generator.accept - this.#acceptedBefore;
    const last = this.#begun.at(-1);
    const first = last === undefined ? 0 : last.first + last.rows;
    const rows = Math.min(shardRows, getMostRows(generator) - first);
    if (pending.length === 0 && (wanted <= 0 || rows <= 0)) return 'finished';
    const pendingRows = pending.reduce((sum, shard) => sum + shard.rows, 0);
    // Before anything is known every row may pass: a small dataset begins no more shards than it may need.
    const share = this.#rowsBefore === 0 ? 1 : this.#acceptedBefore / this.#rowsBefore;
    if (rows <= 0 || pendingRows * share >= wanted) return 'none';
    const shard = { number: this.#begun.length, first, rows, slot, accepted: undefined };
    this.#begun.push(shard);
    return { number: shard.number, first, rows };
  }

  /** Those of later slots stay out, even where they have ended: at another speed they would not have. */
  #passEnded(lastSlot: number): void {
    for (;;) {
      const shard = this.#begun[this.#firstOpen];
      if (shard === undefined || shard.slot > lastSlot) return;
      if (shard.accepted === undefined) throw new Error(`Shard ${shard.number} has not ended.`);
      this.#acceptedBefore += shard.accepted;
      this.#rowsBefore += shard.rows;
      this.#firstOpen += 1;
    }
  }
}

/** Of a generator without end: fifty for each that is wanted, so that a stage which lets nothing pass ends. */
export function getMostRows({ accept, rows }: Generator): number {
  if (rows !== undefined) return rows;
  return accept === 'all' ? Number.POSITIVE_INFINITY : 50 * accept;
}
